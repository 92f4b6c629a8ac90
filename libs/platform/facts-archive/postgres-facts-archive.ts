import type { Pool, PoolClient } from 'pg';
import { errorCode, inTransaction } from '../sql';
import { Days, dayOf } from './days';
import type {
  ArchiveOutcome,
  ArchiveReach,
  ArchivedFact,
  ArchivedSpan,
  FactsArchive,
  FactsAtHome,
  Judge,
} from './facts-archive';
import { atHome, earliestSince, spanAtHome, strayed, watermarkAt } from './past-facts';
import { firstTime, readByArrival, readInTurn } from './read-pieces';
import { piecesOf, type Span } from './spans';
import { arrivedBefore, nameOf, timesOf } from './arrivals';
import { columns, toFact, type Row } from './rows';
import { checkStorable, fromStored, toStored } from './storable-text';
import { extendStretch, forgottenBefore, reachOf } from './stretches';

/** Injection token of the facts archive. */
export const FACTS_ARCHIVE = Symbol('facts-archive');

/** SQLSTATE of an insert whose day has no table (any more): another process forgot it a moment ago. */
const NO_TABLE_FOR_ROW = '23514';

const anyTime: Span = { from: -Infinity, to: Infinity };

/** A name that was known has been forgotten before its hash could be read: undone, to be tried again. */
class NameForgotten extends Error {}

/**
 * Names ($1: sources, $2: ids) to facts, of the times ($3) that the names were given. Each step is a search of its own through an index,
 * and the times let the planner open the tables of their days alone.
 */
export const factsByName = `select ${columns} from unnest($1::text[], $2::text[]) with ordinality as q (source, id, place)
  cross join lateral (select * from fact_names n where n.source = q.source and n.id = q.id limit 1) n
  cross join lateral (
    select * from facts
     where home_key = n.home_key and occurred_at = n.occurred_at and source = n.source and id = n.id
       and occurred_at = any($3::bigint[]) limit 1) f
  order by q.place`;

/** Facts in PostgreSQL (`factsArchiveMigrations`), by day. The pool is one of `openPool`, whose integers are numbers. */
export class PostgresFactsArchive implements FactsArchive {
  private readonly days: Days;

  constructor(private readonly pool: Pool) {
    this.days = new Days(pool);
  }

  async store(facts: readonly ArchivedFact[], span?: ArchivedSpan, judge?: Judge): Promise<readonly ArchiveOutcome[]> {
    facts.forEach(checkStorable);

    // 1. Within the batch the first of a name stands for it.
    const firsts = new Map<string, ArchivedFact>();
    for (const fact of facts) {
      const name = nameOf(fact);
      if (!firsts.has(name)) firsts.set(name, fact);
    }
    // In one order, so that two processes that store the same names wait for each other instead of deadlocking.
    const batch = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);

    // 2. What is new is stored, what is known is looked up.
    const { archived, known } = await this.storeFirsts(batch, facts, span, judge);

    // 3. The outcome of each: known hashes are those that stand in the archive.
    return facts.map((fact) => {
      const name = nameOf(fact);
      const first = firsts.get(name);
      if (archived.has(name)) {
        if (fact === first) return 'archived';
        return fact.hash === first?.hash ? 'duplicate' : 'conflict';
      }
      return fact.hash === known.get(name) ? 'duplicate' : 'conflict';
    });
  }

  async ofHomeKey(homeKey: string, from: number, to: number, limit: number): Promise<readonly ArchivedFact[]> {
    const { rows } = await this.pool.query<Row>(
      `select ${columns} from facts f where home_key = $1 and occurred_at between $2 and $3
        order by occurred_at desc, source desc, id desc limit $4`,
      [toStored(homeKey), from, to, limit],
    );
    return rows.reverse().map(toFact);
  }

  async byName(names: readonly { source: string; id: string }[]): Promise<readonly ArchivedFact[]> {
    const { rows } = await this.pool.query<Row>(factsByName, [
      names.map(({ source }) => toStored(source)),
      names.map(({ id }) => toStored(id)),
      await timesOf(this.pool, names),
    ]);
    return rows.map(toFact);
  }

  async reach(topic: string, identity: string): Promise<ArchiveReach> {
    return reachOf(this.pool, topic, identity);
  }

  async *atHome(facts: FactsAtHome): AsyncGenerator<readonly ArchivedFact[]> {
    const forgotten = await forgottenBefore(this.pool);
    const pieces = await piecesOf(this.pool, spanAtHome(facts));
    const read = facts.order === 'event' ? readInTurn : readByArrival;
    yield* read(
      this.pool,
      pieces.map((piece) => atHome(facts, piece)),
    );
    // What is read in one piece is kept from being forgotten by its locks.
    if (
      pieces.length > 1 &&
      ((await forgottenBefore(this.pool)) ?? -Infinity) > Math.max(forgotten ?? -Infinity, facts.from)
    ) {
      throw new Error('Facts that were to be read have been forgotten meanwhile. Read again, knowing what is left.');
    }
  }

  async *strayed(topic: string, partition: number, before: number): AsyncGenerator<readonly ArchivedFact[]> {
    const pieces = await piecesOf(this.pool, anyTime);
    yield* readByArrival(
      this.pool,
      pieces.map((piece) => strayed(topic, partition, before, piece)),
    );
  }

  async earliestSince(topic: string, home: number, offset: number): Promise<number | null> {
    const pieces = await piecesOf(this.pool, anyTime);
    return firstTime(
      this.pool,
      pieces.map((piece) => earliestSince(topic, home, offset, piece)),
    );
  }

  async watermarkAt(topic: string, partition: number, before: number): Promise<number | null> {
    const pieces = await piecesOf(this.pool, anyTime);
    return firstTime(this.pool, pieces.map((piece) => watermarkAt(topic, partition, before, piece)).reverse());
  }

  async forgetBefore(before: number): Promise<number> {
    return this.days.forgetBefore(dayOf(before));
  }

  private async storeFirsts(
    batch: readonly ArchivedFact[],
    all: readonly ArchivedFact[],
    span: ArchivedSpan | undefined,
    judge: Judge | undefined,
  ): Promise<Stored> {
    for (let attempt = 1; ; attempt += 1) {
      await this.days.ensure(batch.map(({ occurredAt }) => dayOf(occurredAt)));
      try {
        return await inTransaction(this.pool, async (tx) => {
          const stored = await insert(tx, batch);
          const judged = await judgeAgain(tx, stored, batch, all, span, judge);
          await noteArrivals(
            tx,
            judged.batch.filter((fact) => stored.known.get(nameOf(fact)) === fact.hash),
          );
          if (judged.span !== undefined) await extendStretch(tx, judged.span);
          return stored;
        });
      } catch (error) {
        if (attempt >= 5 || !(error instanceof NameForgotten || errorCode(error) === NO_TABLE_FOR_ROW)) throw error;
        this.days.lookAgain();
      }
    }
  }
}

/** By name: what was stored now, and the hashes of what was known before. */
interface Stored {
  readonly archived: ReadonlySet<string>;
  readonly known: ReadonlyMap<string, string>;
}

/** @throws NameForgotten */
async function insert(tx: PoolClient, batch: readonly ArchivedFact[]): Promise<Stored> {
  const stored = await tx.query<{ place: number }>(
    `with batch as (
       select * from unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::text[], $6::text[], $7::integer[], $8::bigint[],
         $9::boolean[], $10::text[], $11::integer[], $12::boolean[])
         with ordinality as b (source, id, hash, occurred_at, home_key, topic, partition, "offset", late, canonical, home, moved, place)
     ), fresh as (
       insert into fact_names (source, id, hash, occurred_at, home_key)
         select source, id, hash, occurred_at, home_key from batch order by place
         on conflict do nothing returning source, id
     ), archived as (
       insert into facts (source, id, hash, occurred_at, home_key, topic, partition, "offset", late, canonical, home, moved)
         select source, id, hash, occurred_at, home_key, topic, partition, "offset", late, canonical, home, moved
           from batch join fresh using (source, id) order by place
     )
     select place from batch join fresh using (source, id)`,
    [
      batch.map(({ source }) => toStored(source)),
      batch.map(({ id }) => toStored(id)),
      batch.map(({ hash }) => Buffer.from(hash, 'hex')),
      batch.map(({ occurredAt }) => occurredAt),
      batch.map(({ homeKey }) => toStored(homeKey)),
      batch.map(({ topic }) => toStored(topic)),
      batch.map(({ partition }) => partition),
      batch.map(({ offset }) => offset),
      batch.map(({ late }) => late),
      batch.map(({ canonical }) => toStored(canonical)),
      batch.map(({ home }) => home),
      batch.map(({ moved }) => moved),
    ],
  );
  const places = new Set(stored.rows.map(({ place }) => place));
  const archived = new Set<string>();
  const rest: ArchivedFact[] = [];
  batch.forEach((fact, index) => (places.has(index + 1) ? archived.add(nameOf(fact)) : rest.push(fact)));
  if (rest.length === 0) return { archived, known: new Map() };

  // A statement of its own: it sees what others committed while the one above waited for them.
  const known = await tx.query<{ source: string; id: string; hash: Buffer }>(
    `select n.source, n.id, n.hash from unnest($1::text[], $2::text[]) as q (source, id)
       cross join lateral (select * from fact_names where source = q.source and id = q.id limit 1) n`,
    [rest.map(({ source }) => toStored(source)), rest.map(({ id }) => toStored(id))],
  );
  if (known.rows.length < rest.length) throw new NameForgotten();
  return {
    archived,
    known: new Map(
      known.rows.map(({ source, id, hash }) => [
        nameOf({ source: fromStored(source), id: fromStored(id) }),
        hash.toString('hex'),
      ]),
    ),
  };
}

/** Where names were known, lets the facts be judged knowing that, and mends what was stored of them. */
async function judgeAgain(
  tx: PoolClient,
  { archived }: Stored,
  batch: readonly ArchivedFact[],
  all: readonly ArchivedFact[],
  span: ArchivedSpan | undefined,
  judge: Judge | undefined,
): Promise<{ readonly batch: readonly ArchivedFact[]; readonly span: ArchivedSpan | undefined }> {
  if (judge === undefined || span === undefined || archived.size === all.length) return { batch, span };
  const { late, watermark } = judge(await arrivedBefore(tx, all));
  const judged = new Map(all.map((fact, index) => [fact, { ...fact, late: late[index] ?? fact.late }]));
  const again = batch.map((fact) => judged.get(fact) ?? fact);
  const changed = again.filter((fact, index) => fact.late !== batch[index]?.late && archived.has(nameOf(fact)));
  if (changed.length > 0) {
    await tx.query(
      `update facts f set late = q.late
         from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::boolean[]) as q (home_key, occurred_at, source, id, late)
        where f.home_key = q.home_key and f.occurred_at = q.occurred_at and f.source = q.source and f.id = q.id
          and f.occurred_at = any($2::bigint[])`,
      [
        changed.map(({ homeKey }) => toStored(homeKey)),
        changed.map(({ occurredAt }) => occurredAt),
        changed.map(({ source }) => toStored(source)),
        changed.map(({ id }) => toStored(id)),
        changed.map(({ late: isLate }) => isLate),
      ],
    );
  }
  return { batch: again, span: { ...span, watermark } };
}

/** Writes down where facts that are known arrived in another partition than the one they were first seen in; the first time there. */
async function noteArrivals(tx: PoolClient, facts: readonly ArchivedFact[]): Promise<void> {
  if (facts.length === 0) return;
  await tx.query(
    `insert into fact_arrivals (topic, partition, "offset", late, moved, occurred_at, source, id, home_key)
     select topic, partition, "offset", late, moved, occurred_at, source, id, home_key
       from unnest($1::text[], $2::integer[], $3::bigint[], $4::boolean[], $5::boolean[], $6::bigint[], $7::text[], $8::text[], $9::text[])
         as a (topic, partition, "offset", late, moved, occurred_at, source, id, home_key)
      where not exists (select from facts f
        where f.home_key = a.home_key and f.occurred_at = a.occurred_at and f.source = a.source and f.id = a.id
          and f.topic = a.topic and f.partition = a.partition and f.occurred_at = any($6::bigint[]))
     on conflict do nothing`,
    [
      facts.map(({ topic }) => toStored(topic)),
      facts.map(({ partition }) => partition),
      facts.map(({ offset }) => offset),
      facts.map(({ late }) => late),
      facts.map(({ moved }) => moved),
      facts.map(({ occurredAt }) => occurredAt),
      facts.map(({ source }) => toStored(source)),
      facts.map(({ id }) => toStored(id)),
      facts.map(({ homeKey }) => toStored(homeKey)),
    ],
  );
}
