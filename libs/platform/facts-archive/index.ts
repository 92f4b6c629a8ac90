export * from './facts-archive';
export { factsArchiveMigrations } from './migrations';
export { FACTS_ARCHIVE, PostgresFactsArchive } from './postgres-facts-archive';
export { UnstorableFact } from './storable-text';
