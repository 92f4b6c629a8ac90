import { sqlMigration } from '../sql';
import type { MigrationSet } from '../sql';

/**
 * Tables of the facts archive. Facts lie in one partition per UTC day of their event time, made when first needed, so that
 * forgetting a day is dropping a table. A unique index of a partitioned table must contain the partition key, so it
 * could only find the same name on the same day; the same name with another time is just what must be found. Hence
 * the names have a table of their own, whose primary key finds duplicates and conflicts across all days. It carries
 * time and home key, which lead to the fact through the one index there is on facts by key: no further index on names.
 *
 * Text sorts and compares by its bytes (collation "C").
 */
export const factsArchiveMigrations: MigrationSet = {
  'facts-archive-0001-facts': sqlMigration(`
    create table facts (
      occurred_at bigint not null,
      "offset" bigint not null,
      partition integer not null,
      late boolean not null,
      source text collate "C" not null,
      id text collate "C" not null,
      home_key text collate "C" not null,
      topic text collate "C" not null,
      hash bytea not null,
      canonical text collate "C" not null
    ) partition by range (occurred_at);
    create index facts_by_home_key on facts (home_key, occurred_at);
    create index facts_by_arrival on facts (topic, partition, "offset");

    create table fact_names (
      source text collate "C" not null,
      id text collate "C" not null,
      hash bytea not null,
      occurred_at bigint not null,
      home_key text collate "C" not null,
      primary key (source, id)
    );
  `),
  /**
   * What a partition is rebuilt from. `fact_arrivals`: where a fact that is known arrived once more, in another partition, since it
   * was moved home (or found where it lives first). `fact_stretches`: which offsets are archived without a hole, written with the
   * facts themselves. `facts_forgotten`: one row, how far forgetting has come.
   */
  'facts-archive-0002-rebuilding': sqlMigration(`
    alter table facts add column home integer not null default -1, add column moved boolean not null default false;

    create table fact_arrivals (
      topic text collate "C" not null,
      partition integer not null,
      "offset" bigint not null,
      late boolean not null,
      moved boolean not null,
      occurred_at bigint not null,
      source text collate "C" not null,
      id text collate "C" not null,
      home_key text collate "C" not null,
      primary key (topic, partition, source, id)
    );
    create index fact_arrivals_by_name on fact_arrivals (source, id);
    create index fact_arrivals_by_time on fact_arrivals (occurred_at);

    create table fact_stretches (
      topic text collate "C" not null,
      identity text collate "C" not null,
      partition integer not null,
      from_offset bigint not null,
      to_offset bigint not null,
      since bigint,
      watermark bigint,
      at bigint not null,
      primary key (topic, identity, partition, from_offset)
    );

    create table facts_forgotten (
      one_row boolean primary key default true check (one_row),
      before bigint not null
    );
  `),
};
