export { isSigned, signHead } from './chain';
export type { SignedHead } from './chain';
export * from './event-store';
export { UnstorableEvent } from './event-text';
export * from './head-keeper';
export { KeyMismatch } from './key-check';
export { eventStoreMigrations } from './migrations';
export { EVENT_STORE, PostgresEventStore } from './postgres-event-store';
export type { EventStoreOptions } from './postgres-event-store';
