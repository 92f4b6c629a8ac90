import { sqlMigration } from '../sql';
import type { MigrationSet } from '../sql';

/**
 * Tables of the event store. `body` is `json` and not `jsonb`: jsonb keeps neither the order of keys nor the writing of numbers,
 * and refuses U+0000, while the chain's HMAC is taken over the text as it was written. The operators of json work on it all
 * the same. Text sorts by its bytes (collation "C"), whatever the database's locale.
 */
export const eventStoreMigrations: MigrationSet = {
  'event-store-0001-events': sqlMigration(`
    create table events (
      position bigint primary key,
      stream text collate "C" not null,
      version integer not null,
      type text collate "C" not null,
      body json not null,
      actor text collate "C" not null,
      recorded_at timestamptz(3) not null,
      mac bytea not null,
      unique (stream, version)
    );
    comment on table events is 'Append only. Changed or missing rows show: each mac is taken over the one before.';
    -- The one row that every append locks: the newest position and its mac.
    create table events_head (
      the_one boolean primary key default true check (the_one),
      position bigint not null,
      mac bytea not null
    );
    insert into events_head (position, mac) values (0, decode(repeat('00', 32), 'hex'));
  `),
};
