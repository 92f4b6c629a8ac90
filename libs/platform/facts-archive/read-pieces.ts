import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../sql';
import type { ArchivedFact } from './facts-archive';
import type { Query } from './past-facts';
import { toFact, type Row } from './rows';

/** Facts fetched at once. */
const PAGE = 2_000;

/** Asks queries of one time each, one after another; the first that finds one. */
export async function firstTime(pool: Pool, queries: readonly Query[]): Promise<number | null> {
  for (const { text, values } of queries) {
    const time = await inTransaction(pool, async (tx) => {
      // Many days are looked through: that may take a while.
      await tx.query('set local statement_timeout = 0');
      const { rows } = await tx.query<{ time: number | null }>(text, [...values]);
      return rows[0]?.time ?? null;
    });
    if (time !== null) return time;
  }
  return null;
}

/** Reads queries page by page, one after another. */
export async function* readInTurn(pool: Pool, queries: readonly Query[]): AsyncGenerator<readonly ArchivedFact[]> {
  for (const query of queries) yield* readPages(pool, query);
}

/** Reads queries page by page, all as one, in the order of (partition, offset), which each of them has. */
export async function* readByArrival(pool: Pool, queries: readonly Query[]): AsyncGenerator<readonly ArchivedFact[]> {
  const [only] = queries;
  if (only !== undefined && queries.length === 1) {
    yield* readPages(pool, only);
    return;
  }
  const client = await pool.connect();
  let broken = true;
  try {
    // 1. The server keeps what each finds, so that no transaction needs the locks of all of them.
    let heads: Head[] = [];
    for (const [index, query] of queries.entries()) {
      const head = new Head(client, `past_${index}`, Math.ceil((4 * PAGE) / queries.length));
      await client.query('begin isolation level repeatable read read only');
      await client.query('set local statement_timeout = 0');
      await client.query(`declare ${head.cursor} no scroll cursor with hold for ${query.text}`, [...query.values]);
      await client.query('commit');
      if (await head.advance()) heads.push(head);
    }
    // 2. The next is the first of the first ones.
    let page: ArchivedFact[] = [];
    while (heads.length > 0) {
      const first = heads.reduce((a, b) => (isBefore(b.row, a.row) ? b : a));
      page.push(toFact(first.row));
      if (page.length === PAGE) {
        yield page;
        page = [];
      }
      if (!(await first.advance())) heads = heads.filter((head) => head !== first);
    }
    if (page.length > 0) yield page;
    broken = false;
  } finally {
    // Given up half way, or failed: the connection is closed, and its cursors with it.
    client.release(broken);
  }
}

/** A cursor, and the row at which it stands. */
class Head {
  private rows: readonly Row[] = [];
  private next = 0;

  constructor(
    private readonly client: PoolClient,
    readonly cursor: string,
    private readonly atOnce: number,
  ) {}

  get row(): Row {
    const row = this.rows[this.next - 1];
    if (row === undefined) throw new Error(`The cursor ${this.cursor} stands at no row.`);
    return row;
  }

  /** Goes to the next row; false at the end, where the cursor is closed. */
  async advance(): Promise<boolean> {
    if (this.next === this.rows.length) {
      this.rows = (await this.client.query<Row>(`fetch ${this.atOnce} from ${this.cursor}`)).rows;
      this.next = 0;
    }
    if (this.rows.length === 0) await this.client.query(`close ${this.cursor}`);
    else this.next += 1;
    return this.rows.length > 0;
  }
}

const isBefore = (a: Row, b: Row): boolean =>
  a.partition === b.partition ? a.offset < b.offset : a.partition < b.partition;

async function* readPages(pool: Pool, { text, values }: Query): AsyncGenerator<readonly ArchivedFact[]> {
  // A cursor: one state of the archive throughout, and no order that pages would have to agree on.
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('begin isolation level repeatable read read only');
    // The reader may take its time between two pages, and the first may take a while.
    await client.query('set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0');
    await client.query(`declare past no scroll cursor for ${text}`, [...values]);
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${PAGE} from past`);
      if (rows.length > 0) yield rows.map(toFact);
      if (rows.length < PAGE) break;
    }
    await client.query('commit');
    broken = false;
  } finally {
    // Given up half way, or failed: the connection is closed, and its transaction with it.
    client.release(broken);
  }
}
