import { readCsvMap, readFacts, type FactFileFormat, type FactLine } from '@weir/intake';
import { RecordTooLarge, type NewRecord, type Position } from '@weir/platform/record-log';

/** A fact; with a length, padded to so many bytes. */
export const fact = (id: string, bytes = 0): string => {
  const text = JSON.stringify({ id, kind: 'operation', occurredAt: '2026-11-22T08:15:30Z', attributes: { note: '' } });
  return text.replace('""', `"${'x'.repeat(Math.max(0, bytes - text.length))}"`);
};

/** A CSV file with two columns, `id` and `at`. */
export const csv: FactFileFormat = {
  format: 'csv',
  map: readCsvMap('constants: { kind: operation }\nfields: { id: id, occurredAt: at }', 'map.yaml'),
};

/** What a file with these lines holds. */
export async function linesOf(lines: readonly string[], format: FactFileFormat = { format: 'jsonl' }) {
  async function* chunks(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(Buffer.from(lines.join('\n')));
  }
  const read: FactLine[] = [];
  for await (const some of readFacts(chunks(), format)) read.push(...some);
  return read;
}

/** A log that takes everything, but where a topic has a limit of bytes for a value. */
export class LogOfTest {
  private readonly held = new Map<string, NewRecord[]>();

  constructor(private readonly limits: Readonly<Record<string, number>> = {}) {}

  send(topic: string, records: readonly NewRecord[]): Promise<Position[]> {
    const over = records.find(({ value }) => (value?.length ?? 0) > (this.limits[topic] ?? Infinity));
    if (over !== undefined) return Promise.reject(new RecordTooLarge(topic, over.value?.length ?? 0));
    const held = this.of(topic);
    this.held.set(topic, [...held, ...records]);
    return Promise.resolve(records.map((_, index) => ({ partition: 0, offset: held.length + index })));
  }

  of(topic: string): readonly NewRecord[] {
    return this.held.get(topic) ?? [];
  }

  /** Ids of the facts in a topic. */
  ids(topic: string): string[] {
    return this.of(topic).map(({ value }) => (JSON.parse(String(value)) as { id: string }).id);
  }
}
