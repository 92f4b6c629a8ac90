import type { HitState } from '@weir/domain';

/** How hits are written. */
export type HitsFormat = 'csv' | 'jsonl';

const header = 'rule,fact,key,measured,limit';

/**
 * Writes hits in one order whatever order they came in: by time, fact id and rule, text by its code points. CSV has the
 * columns `rule,fact,key,measured,limit`; JSONL has everything that does not depend on the order of arrival.
 */
export function* writeHits(hits: readonly HitState[], format: HitsFormat): Generator<string> {
  if (format === 'csv') yield `${header}\n`;
  for (const hit of [...hits].sort(inOrder)) yield format === 'csv' ? csvLine(hit) : jsonLine(hit);
}

function inOrder(a: HitState, b: HitState): number {
  return (
    a.fact.occurredAt - b.fact.occurredAt ||
    compareText(a.fact.id, b.fact.id) ||
    compareText(a.rule, b.rule) ||
    a.version - b.version ||
    compareText(a.fact.source, b.fact.source) ||
    compareText(a.hitId, b.hitId)
  );
}

const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));

function csvLine({ rule, fact, group, evidence }: HitState): string {
  const key = group.map(({ value }) => value).join('|');
  return `${[rule, fact.id, key, evidence.measured ?? '', evidence.limit ?? ''].map(cell).join(',')}\n`;
}

/** RFC 4180. */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function jsonLine({ hitId, rule, version, severity, group, fact, evidence }: HitState): string {
  return `${JSON.stringify({ hitId, rule, version, severity, group, fact, evidence })}\n`;
}
