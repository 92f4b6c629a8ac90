import { readFile } from 'node:fs/promises';
import type { Alert, AlertPage, AlertSummary, Evidence, ShownEvidence } from '@weir/contracts';
import type { RunningService } from './running-service';
import { until } from './until';

/** What is compared of a hit that stands: its measured value and all its evidence, by its id. */
export type StandingHits = ReadonlyMap<string, Evidence>;

/** A hit as `weir replay --out x.jsonl` writes it. */
interface ReplayedHit {
  readonly hitId: string;
  readonly evidence: Evidence;
}

/** The hits that `weir replay` wrote as JSON Lines. */
export async function replayedHits(file: string): Promise<StandingHits> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as ReplayedHit).map(({ hitId, evidence }) => [hitId, evidence]));
}

/** The hits that stand on alerts, read page by page through the API. @throws Error where a hit is on two alerts */
export async function alertedHits(desk: RunningService): Promise<StandingHits> {
  const standing = new Map<string, Evidence>();
  const alertOf = new Map<string, string>();
  for (const id of await alertIds(desk)) {
    for (const { hitId, status, evidence } of await hitsOf(desk, id)) {
      const other = alertOf.get(hitId);
      if (other !== undefined) throw new Error(`Hit ${hitId} is on the alerts ${other} and ${id}.`);
      alertOf.set(hitId, id);
      if (status !== 'withdrawn') standing.set(hitId, asStored(evidence));
    }
  }
  return standing;
}

/** Waits until exactly these hits stand on alerts, evidence included; says how what stands differs when they do not. */
export async function expectAlertedHits(desk: RunningService, wanted: StandingHits, withinMs = 90_000): Promise<void> {
  let difference = '';
  try {
    await until(
      'the hits that were wanted',
      async () => {
        const standing = await standingCount(desk);
        difference = `${standing} stand, ${wanted.size} wanted`;
        if (standing !== wanted.size) return undefined;
        difference = differenceOf(await alertedHits(desk), wanted);
        return difference === '' ? true : undefined;
      },
      withinMs,
    );
  } catch (error) {
    throw new Error(`${String(error)}\n${difference}\n${differenceOf(await alertedHits(desk), wanted)}`);
  }
}

/** How many hits stand, by the queue alone: quick to ask again and again. */
async function standingCount(desk: RunningService): Promise<number> {
  return (await queue(desk)).reduce((sum, { standingHits }) => sum + standingHits, 0);
}

async function alertIds(desk: RunningService): Promise<readonly string[]> {
  return (await queue(desk)).map(({ id }) => id);
}

async function queue(desk: RunningService): Promise<readonly AlertSummary[]> {
  const alerts: AlertSummary[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: AlertPage = await desk.get<AlertPage>(`/v1/alerts?limit=200${more}`);
    alerts.push(...page.alerts);
    cursor = page.next;
  }
  return alerts;
}

async function hitsOf(desk: RunningService, id: string): Promise<Alert['hitList']> {
  return (await desk.get<Alert>(`/v1/alerts/${id}`)).hitList;
}

/** Evidence that the API shows, with its times in milliseconds, as hits carry them. */
function asStored(shown: ShownEvidence): Evidence {
  const { window, facts } = shown;
  return {
    ...shown,
    window: window && { ...window, from: Date.parse(window.from), to: Date.parse(window.to) },
    facts: facts.map((fact) => ({ ...fact, occurredAt: Date.parse(fact.occurredAt) })),
  };
}

function differenceOf(found: StandingHits, wanted: StandingHits): string {
  const missing = [...wanted.keys()].filter((id) => !found.has(id));
  const extra = [...found.keys()].filter((id) => !wanted.has(id));
  const other = [...wanted].filter(([id, evidence]) => found.has(id) && !same(found.get(id), evidence));
  if (missing.length + extra.length + other.length === 0) return '';
  const [first] = other;
  return (
    `${found.size} stand, ${wanted.size} wanted: ${missing.length} missing (${missing[0] ?? ''}), ` +
    `${extra.length} too many (${extra[0] ?? ''}), ${other.length} with other evidence` +
    (first === undefined ? '' : `\nwanted ${JSON.stringify(first[1])}\nfound  ${JSON.stringify(found.get(first[0]))}`)
  );
}

/** Equal JSON, whatever the order of the names: the database keeps its own. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
