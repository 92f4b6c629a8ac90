export { windowStoreMigrations } from './postgres-migrations';
export { PostgresWindowStore } from './postgres-window-store';
export { RedisWindowStore, type RedisWindowStoreOptions } from './redis-window-store';
export * from './window-store';
export { WindowStoreError, type WindowStoreFault } from './window-store-error';

/** Injection token of the process's window store. */
export const WINDOW_STORE = Symbol('window-store');
