import { sqlMigration, type MigrationSet } from '../sql';

/** Tables of the window store on PostgreSQL. */
export const windowStoreMigrations: MigrationSet = {
  'window-store-0001-partitions': sqlMigration(`
    create table window_store_partition (
      topic text not null,
      partition integer not null,
      lineage text not null,
      owner text not null,
      next_offset bigint not null,
      topic_identity text not null,
      -- null until the first checkpoint
      progress jsonb,
      -- deltas since the snapshot, and its chunks: numbers of the rows that belong to it
      deltas bigint not null default 0,
      chunks integer not null default 0,
      primary key (topic, partition)
    );
    create table window_store_delta (
      topic text not null,
      partition integer not null,
      seq bigint not null,
      body bytea not null,
      primary key (topic, partition, seq)
    );
    create table window_store_chunk (
      topic text not null,
      partition integer not null,
      seq integer not null,
      body bytea not null,
      primary key (topic, partition, seq)
    );
    -- The bytes are packed already: spending time to compress them again gains nothing.
    alter table window_store_delta alter column body set storage external;
    alter table window_store_chunk alter column body set storage external;
  `),
};
