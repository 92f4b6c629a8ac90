export { DataFolderInUse, lockDataFolder } from './data-folder-lock';
export type { DataFolderLock } from './data-folder-lock';
export * from './embedded/embedded-postgres';
export * from './embedded/failure';
export * from './error-code';
export * from './log';
export * from './migrate';
export * from './pool';
export * from './transaction';
