import type { MigrationSet } from '@weir/platform/sql';
import { sqlMigration } from '@weir/platform/sql';

/**
 * The alert queue, made from the event store and from nothing else: all of it can be dropped and built again. Severity is
 * stored as its rank (0 low … 3 critical) so that it sorts. `review_subjects` repeats the sort columns per account, customer
 * and branch of an alert: so a page of one of them is one walk along an index, however long the queue is. Text is ordered by
 * its bytes, whatever the database's locale.
 */
export const reviewMigrations: MigrationSet = {
  'review-0001-queue': sqlMigration(`
    CREATE TABLE review_checkpoints (
      reader text COLLATE "C" PRIMARY KEY,
      position bigint NOT NULL
    );
    CREATE TABLE review_alerts (
      alert_id text COLLATE "C" PRIMARY KEY,
      rule text COLLATE "C" NOT NULL,
      title jsonb NOT NULL,
      severity smallint NOT NULL,
      state text NOT NULL,
      grp jsonb NOT NULL,
      account_id text,
      customer_id text,
      branches text[] NOT NULL,
      hits integer NOT NULL,
      standing_hits integer NOT NULL,
      standing boolean NOT NULL GENERATED ALWAYS AS (standing_hits > 0) STORED,
      first_occurred_at timestamptz NOT NULL,
      last_occurred_at timestamptz NOT NULL,
      raised_at timestamptz NOT NULL,
      due_at timestamptz NOT NULL,
      linked_to text
    ) WITH (fillfactor = 85);
    CREATE INDEX review_alerts_raised ON review_alerts (raised_at, alert_id);
    CREATE INDEX review_alerts_due ON review_alerts (due_at, alert_id);
    CREATE INDEX review_alerts_severity_raised ON review_alerts (severity, raised_at, alert_id);
    CREATE INDEX review_alerts_severity_due ON review_alerts (severity, due_at, alert_id);
    CREATE INDEX review_alerts_rule_raised ON review_alerts (rule, raised_at, alert_id);
    CREATE INDEX review_alerts_rule_due ON review_alerts (rule, due_at, alert_id);
    CREATE INDEX review_alerts_rule_severity_raised ON review_alerts (rule, severity, raised_at, alert_id);
    CREATE INDEX review_alerts_rule_severity_due ON review_alerts (rule, severity, due_at, alert_id);
    CREATE INDEX review_alerts_withdrawn_raised ON review_alerts (raised_at, alert_id) WHERE NOT standing;
    CREATE INDEX review_alerts_withdrawn_due ON review_alerts (due_at, alert_id) WHERE NOT standing;
    CREATE INDEX review_alerts_withdrawn_severity ON review_alerts (severity, raised_at, alert_id) WHERE NOT standing;
    CREATE TABLE review_subjects (
      kind text COLLATE "C" NOT NULL,
      value text COLLATE "C" NOT NULL,
      alert_id text COLLATE "C" NOT NULL,
      severity smallint NOT NULL,
      raised_at timestamptz NOT NULL,
      due_at timestamptz NOT NULL,
      PRIMARY KEY (alert_id, kind, value)
    );
    CREATE INDEX review_subjects_raised ON review_subjects (kind, value, raised_at, alert_id);
    CREATE INDEX review_subjects_due ON review_subjects (kind, value, due_at, alert_id);
    CREATE INDEX review_subjects_severity ON review_subjects (kind, value, severity, raised_at, alert_id);
    CREATE INDEX review_subjects_severity_due ON review_subjects (kind, value, severity, due_at, alert_id);
    CREATE TABLE review_hits (
      alert_id text COLLATE "C" NOT NULL,
      hit_id text COLLATE "C" NOT NULL,
      status text NOT NULL,
      version bigint NOT NULL,
      source text NOT NULL,
      fact_id text NOT NULL,
      occurred_at timestamptz NOT NULL,
      evidence jsonb NOT NULL,
      PRIMARY KEY (alert_id, hit_id)
    );
    CREATE INDEX review_hits_newest ON review_hits (alert_id, occurred_at, hit_id);
    CREATE TABLE review_history (
      alert_id text COLLATE "C" NOT NULL,
      version bigint NOT NULL,
      at timestamptz NOT NULL,
      type text NOT NULL,
      hit_id text,
      PRIMARY KEY (alert_id, version)
    );
    CREATE TABLE review_open_counts (
      severity smallint PRIMARY KEY,
      alerts bigint NOT NULL
    );
  `),
};
