import type { Pool } from 'pg';

/** A partition held by a member; `epoch` rises with every claim, so that an old holder is known by it. */
export interface Claim {
  readonly topicId: string;
  readonly partition: number;
  readonly epoch: string;
}

/** What a sign of life brings back. */
export interface Standing {
  /** Claims that are still the member's own. */
  readonly held: readonly Claim[];
  /** Live members by topic id, in the order that every member sees. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Channel on which members tell their group that something changed; payload: the group. */
export const GROUP_CHANNEL = 'weir_record_log_groups';

interface SelectedClaim {
  topic_id: string;
  partition: number;
  epoch: string;
}

/**
 * Who of a consumer group reads what: leases in tables, on the database's clock alone. Every member computes the same
 * shares from the same list of live members, so nobody has to lead.
 */
export class PostgresClaims {
  private readonly lease: string;

  constructor(
    private readonly pool: Pool,
    private readonly group: string,
    private readonly member: string,
    leaseMs: number,
  ) {
    this.lease = `${leaseMs} milliseconds`;
  }

  /** Gives a sign of life for the topics, renews the member's claims and forgets members that gave none. */
  async beat(topicIds: readonly string[]): Promise<Standing> {
    await this.pool.query(
      `INSERT INTO record_log_members (group_name, topic_id, member, seen_at)
         SELECT $1, topic, $2, clock_timestamp() FROM unnest($3::bigint[]) AS topic
         ON CONFLICT (group_name, topic_id, member) DO UPDATE SET seen_at = excluded.seen_at`,
      [this.group, this.member, topicIds],
    );
    await this.pool.query(
      `DELETE FROM record_log_members WHERE (group_name, topic_id, member) IN (
         SELECT group_name, topic_id, member FROM record_log_members
          WHERE group_name = $1 AND seen_at < clock_timestamp() - $2::interval FOR UPDATE SKIP LOCKED)`,
      [this.group, this.lease],
    );
    const claims = await this.pool.query<SelectedClaim>(
      `UPDATE record_log_claims SET held_until = clock_timestamp() + $3::interval
        WHERE group_name = $1 AND member = $2 RETURNING topic_id, partition, epoch`,
      [this.group, this.member, this.lease],
    );
    const live = await this.pool.query<{ topic_id: string; member: string }>(
      `SELECT topic_id, member FROM record_log_members
        WHERE group_name = $1 AND topic_id = ANY($2::bigint[]) AND seen_at >= clock_timestamp() - $3::interval
        ORDER BY topic_id, member`,
      [this.group, topicIds, this.lease],
    );
    const members = new Map<string, string[]>();
    for (const { topic_id: topic, member } of live.rows) {
      members.set(topic, [...(members.get(topic) ?? []), member]);
    }
    return { held: claims.rows.map(toClaim), members };
  }

  /** Claims those of the partitions that nobody holds. */
  async claim(topicId: string, partitions: readonly number[]): Promise<readonly Claim[]> {
    if (partitions.length === 0) return [];
    const { rows } = await this.pool.query<SelectedClaim>(
      `INSERT INTO record_log_claims AS claims (group_name, topic_id, partition, member, epoch, held_until)
         SELECT $1, $2, number, $3, 1, clock_timestamp() + $5::interval FROM unnest($4::int[]) AS number ORDER BY number
         ON CONFLICT (group_name, topic_id, partition) DO UPDATE
           SET member = excluded.member, epoch = claims.epoch + 1, held_until = excluded.held_until
           WHERE claims.member IS NULL OR claims.held_until < clock_timestamp()
         RETURNING topic_id, partition, epoch`,
      [this.group, topicId, this.member, partitions, this.lease],
    );
    return rows.map(toClaim);
  }

  /** Gives a claim back, so that another member can take it at once. */
  async release({ topicId, partition, epoch }: Claim): Promise<void> {
    await this.pool.query(
      `WITH released AS (
         UPDATE record_log_claims SET member = NULL
          WHERE group_name = $1 AND topic_id = $2 AND partition = $3 AND member = $4 AND epoch = $5 RETURNING 1
       ) SELECT pg_notify('${GROUP_CHANNEL}', $1) FROM released`,
      [this.group, topicId, partition, this.member, epoch],
    );
  }

  /** Says to the group that members came or went. */
  async tell(): Promise<void> {
    await this.pool.query(`SELECT pg_notify('${GROUP_CHANNEL}', $1)`, [this.group]);
  }

  /** Takes the member off the list. */
  async leave(): Promise<void> {
    await this.pool.query('DELETE FROM record_log_members WHERE group_name = $1 AND member = $2', [
      this.group,
      this.member,
    ]);
    await this.tell();
  }

  /** Commits an offset. @returns false where the partition has another holder by now: nothing was written */
  async commit({ topicId, partition, epoch }: Claim, next: number): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'record-log-commit',
      text: `WITH mine AS (
          SELECT 1 FROM record_log_claims
           WHERE group_name = $1 AND topic_id = $2 AND partition = $3 AND member = $4 AND epoch = $5 FOR UPDATE
        )
        INSERT INTO record_log_commits (group_name, topic_id, partition, next_offset)
        SELECT $1, $2, $3, $6 FROM mine
        ON CONFLICT (group_name, topic_id, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      values: [this.group, topicId, partition, this.member, epoch, next],
    });
    return rowCount === 1;
  }
}

function toClaim(row: SelectedClaim): Claim {
  return { topicId: row.topic_id, partition: row.partition, epoch: row.epoch };
}
