import type { PoolClient } from 'pg';
import { GENESIS, isSigned, macOf } from './chain';
import type { ChainedEvent, SignedHead } from './chain';
import type { ChainBreak } from './event-store';
import type { HeadKeeper } from './head-keeper';
import { HeadUnreadable } from './head-keeper';

type Row = ChainedEvent & { readonly mac: Buffer };

const PAGE = 5_000;

/**
 * Walks the chain from its first event and compares it with the signed heads. Reads in pages; memory does not grow with
 * the number of events.
 * @param tx a transaction that sees one state throughout (repeatable read)
 */
export async function verifyChain(tx: PoolClient, key: Buffer, heads: HeadKeeper): Promise<ChainBreak | null> {
  // The heads first: those that others sign meanwhile may name events that the transaction does not see.
  const signed = heads.read()[Symbol.asyncIterator]();
  try {
    let head = await nextHead(signed, key, 0);
    let before: Buffer = GENESIS;
    let position = 0;
    for await (const row of rows(tx, 0)) {
      // 1. Each position is there.
      if (row.position !== position + 1) return missing(position + 1, row.position);
      position = row.position;

      // 2. Each event is the one that was written there.
      if (!macOf(key, before, row).equals(row.mac)) return await misplacedOrAltered(tx, key, before, row);
      before = row.mac;

      // 3. It is the one that a signed head says stood there: a chain rewritten by somebody with the key shows too.
      while (head !== null && !('what' in head) && head.position <= position) {
        if (head.position === position && head.mac !== row.mac.toString('hex'))
          return altered(
            position,
            `The chain differs from the head that was signed at ${head.at}: it was cut or rewritten at or before event ${position}.`,
          );
        head = await nextHead(signed, key, head.position);
      }
      if (head !== null && 'what' in head) return head;
    }

    // 4. It ends no earlier than it ever did.
    if (head !== null)
      return 'what' in head ? head : truncated(position, `a head signed at ${head.at} names event ${head.position}`);
    const end = await tx.query<{ position: number; mac: Buffer }>('select position, mac from events_head');
    const stored = end.rows[0];
    if (stored === undefined) return truncated(position, 'the table events_head is empty');
    if (stored.position > position)
      return truncated(position, `the database itself names event ${stored.position} as the last`);
    if (stored.position < position || !stored.mac.equals(before))
      return altered(position, `The table events_head does not name event ${position} as the last: it was changed.`);
    return null;
  } finally {
    await signed.return?.();
  }
}

/** The next head, null after the last; a break where it is not to be trusted. */
async function nextHead(
  heads: AsyncIterator<SignedHead>,
  key: Buffer,
  after: number,
): Promise<SignedHead | ChainBreak | null> {
  try {
    const next = await heads.next();
    if (next.done === true) return null;
    const head = next.value;
    if (!isSigned(key, head))
      return altered(
        head.position,
        `The head of event ${head.position}, dated ${head.at}, is not signed with this key.`,
      );
    if (head.position < after)
      return altered(head.position, `The heads are not in their order at event ${head.position}.`);
    return head;
  } catch (error) {
    if (error instanceof HeadUnreadable) return altered(after, error.message);
    throw error;
  }
}

/** Looks whether the event that belongs here stands elsewhere: only the right one fits the chain. */
async function misplacedOrAltered(tx: PoolClient, key: Buffer, before: Buffer, found: Row): Promise<ChainBreak> {
  const { position } = found;
  for await (const row of rows(tx, position)) {
    if (macOf(key, before, { ...row, position }).equals(row.mac))
      return {
        position,
        what: 'reordered',
        message: `The event that belongs at ${position} stands at ${row.position}.`,
      };
  }
  return altered(
    position,
    `Event ${position} of stream ${found.stream} is not as it was written, or not the one that was written there.`,
  );
}

async function* rows(tx: PoolClient, after: number): AsyncGenerator<Row> {
  for (let last = after; ;) {
    const page = await tx.query<Omit<Row, 'recordedAt'> & { recordedAt: Date }>(
      `select position, stream, version, type, body::text as body, actor, recorded_at as "recordedAt", mac
         from events where position > $1 order by position limit ${PAGE}`,
      [last],
    );
    for (const row of page.rows) {
      last = row.position;
      yield { ...row, recordedAt: row.recordedAt.toISOString() };
    }
    if (page.rows.length < PAGE) return;
  }
}

function altered(position: number, message: string): ChainBreak {
  return { position, what: 'altered', message };
}

function missing(from: number, until: number): ChainBreak {
  const which = until - 1 > from ? `Events ${from} to ${until - 1} are missing.` : `Event ${from} is missing.`;
  return { position: from, what: 'missing', message: which };
}

function truncated(last: number, because: string): ChainBreak {
  return { position: last + 1, what: 'truncated', message: `The events end at ${last}, yet ${because}.` };
}
