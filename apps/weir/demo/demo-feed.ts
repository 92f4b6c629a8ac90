import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { homeKeyOf, msPerDay } from '@weir/domain';
import type { Clock } from '@weir/platform/clock';
import type { NewRecord, RecordLog } from '@weir/platform/record-log';
import { simulate, type SimulatedFact } from '../simulation/simulate';

/** The bank of the demo: large enough that something happens every second of a working day. */
const bank = { seed: 20_261, accounts: 20_000 };
/** How far back the demo begins when it first runs, ms. */
const history = msPerDay;
/** Facts of the past are published so many a tick, those of the present when they occur. */
const mostPerTick = 100;
const tick = 250;
const longestRun = 3_650;

/** Where the demo stands; kept in the data folder so that the next start goes on from there. */
interface Bookmark {
  /** When the demo first began, ms. */
  readonly from: number;
  /** Everything that occurred up to this time (ms) has been acknowledged. */
  readonly upTo: number;
}

/** What the feed needs. */
export interface DemoParts {
  readonly log: Pick<RecordLog, 'send'>;
  readonly factsTopic: string;
  readonly dataDir: string;
  readonly clock: Clock;
  /** Told once, when all that had occurred by then has been acknowledged: how many facts that were. */
  readonly onCaughtUp: (sent: number) => void;
}

/**
 * Publishes a simulated bank to the facts topic: one day of history first, then as time goes by. Ends when `signal`
 * aborts. After a restart it goes on where it was; facts sent twice are recognised by their names.
 */
export async function feedDemo(
  { log, factsTopic, dataDir, clock, onCaughtUp }: DemoParts,
  signal: AbortSignal,
): Promise<void> {
  const file = join(dataDir, 'demo.json');
  const { from, upTo } = (await readBookmark(file)) ?? { from: clock() - history, upTo: clock() - history };
  const facts = simulate({ ...bank, from: upTo, days: longestRun });
  let next = facts.next();
  let sent = 0;
  let behind = true;
  while (!signal.aborted && next.done !== true) {
    const due: SimulatedFact[] = [];
    while (next.done !== true && due.length < mostPerTick && next.value.occurredAt <= clock()) {
      due.push(next.value);
      next = facts.next();
    }
    const last = due.at(-1);
    if (last !== undefined) {
      await log.send(factsTopic, due.map(recordOf));
      await writeBookmark(file, { from, upTo: last.occurredAt });
      sent += due.length;
    }
    if (behind && due.length < mostPerTick) {
      behind = false;
      onCaughtUp(sent);
    }
    await pause(tick, undefined, { signal }).catch(() => undefined);
  }
}

function recordOf({ fact }: SimulatedFact): NewRecord {
  const home = homeKeyOf({
    id: fact.id,
    ...(fact.accountId ? { accountId: fact.accountId } : {}),
    ...(fact.customerId ? { customerId: fact.customerId } : {}),
    ...(fact.tellerId ? { tellerId: fact.tellerId } : {}),
    ...(fact.branchId ? { branchId: fact.branchId } : {}),
  });
  return { key: Buffer.from(home, 'utf8'), value: Buffer.from(JSON.stringify(fact), 'utf8') };
}

async function readBookmark(file: string): Promise<Bookmark | null> {
  try {
    const { from, upTo } = JSON.parse(await readFile(file, 'utf8')) as Partial<Bookmark>;
    return typeof from === 'number' && typeof upTo === 'number' ? { from, upTo } : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside and renamed: a crash leaves the old one or the new one. */
async function writeBookmark(file: string, bookmark: Bookmark): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(bookmark));
  await rename(`${file}.new`, file);
}
