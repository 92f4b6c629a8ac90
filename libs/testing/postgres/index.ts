export type { PostgresServer } from './postgres-server';
export { sharedPostgres } from './shared-postgres';
export type { SharedDatabase } from './shared-postgres';
export { startPostgres } from './start-postgres';
export { holdFolder } from './folder-holder';
export type { FolderHolder } from './folder-holder';
