import type { MigrationSet } from '@weir/platform/sql';
import { sqlMigration } from '@weir/platform/sql';

/**
 * Tables of the alerting stage. `alerting_hits` and `alerting_alerts` hold what the next decision needs of hits and
 * alerts, no more: what happened, with the evidence, stands in the event store. At most one alert of a rule and group
 * takes hits, which the partial unique index keeps true whoever writes. Text is ordered by its bytes, whatever the locale.
 */
export const alertingMigrations: MigrationSet = {
  'alerting-0001-hits-and-alerts': sqlMigration(`
    CREATE TABLE alerting_positions (
      topic text COLLATE "C" NOT NULL,
      partition integer NOT NULL,
      topic_identity text NOT NULL,
      next_offset bigint NOT NULL,
      PRIMARY KEY (topic, partition)
    );
    CREATE TABLE alerting_alerts (
      alert_id text COLLATE "C" PRIMARY KEY,
      rule text NOT NULL,
      group_key text COLLATE "C" NOT NULL,
      severity text NOT NULL,
      opened_at bigint NOT NULL,
      raised_at bigint NOT NULL,
      due_at bigint NOT NULL,
      linked_to text,
      hits integer NOT NULL,
      standing_hits integer NOT NULL,
      takes_hits boolean NOT NULL,
      stream_version bigint NOT NULL
    );
    CREATE UNIQUE INDEX alerting_alerts_taking_hits ON alerting_alerts (group_key) WHERE takes_hits;
    CREATE TABLE alerting_hits (
      hit_id text COLLATE "C" PRIMARY KEY,
      alert_id text COLLATE "C" REFERENCES alerting_alerts,
      status text NOT NULL,
      as_of_topic text COLLATE "C" NOT NULL,
      as_of_partition integer NOT NULL,
      as_of_offset bigint NOT NULL,
      as_of_step bigint NOT NULL
    );
  `),
  /** What the newest state of a hit said, as a hash: whether one that comes again says something else. */
  'alerting-0002-told': sqlMigration(`ALTER TABLE alerting_hits ADD COLUMN told text COLLATE "C"`),
};
