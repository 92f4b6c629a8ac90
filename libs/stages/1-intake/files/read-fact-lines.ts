import { headers } from '@weir/contracts';
import { readBatch, type AcceptedFact, type IntakeResult } from '../intake.pipeline';
import { refuse, type Refusal } from '../refusal';
import type { IntakeSettings } from '../steps/path';
import type { FactLine } from './read-facts';

/** A refusal that knows its line. */
export interface RefusedLine extends Refusal {
  readonly line: number;
}

/** Both in the order of the file. An accepted fact's `record.offset` is its line. */
export interface FileIntakeResult extends IntakeResult {
  readonly accepted: AcceptedFact[];
  readonly refused: RefusedLine[];
}

/**
 * Reads lines of a file by the very path that records of the log take. Refusals carry the bytes of the file, also where
 * a mapping made JSON of them; their origin is `file/<line>`.
 * @param arrivedAt when they count as arrived, ms since 1970
 */
export function readFactLines(
  lines: readonly FactLine[],
  arrivedAt: number,
  settings: IntakeSettings,
): FileIntakeResult {
  const byLine = new Map(lines.map((line) => [line.line, line]));
  const records = lines
    .filter(({ flaw }) => flaw === undefined)
    .map(({ line, value }) => ({
      offset: line,
      key: null,
      value,
      headers: { [headers.origin]: `file/${line}` },
      timestamp: arrivedAt,
    }));
  const { accepted, refused } = readBatch({ topic: 'file', partition: 0, records }, settings);
  const ofPath = refused.map((refusal): RefusedLine => {
    const line = Number(refusal.origin.slice('file/'.length));
    const value = byLine.get(line)?.original ?? refusal.original;
    return { ...refuse({ key: null, value }, refusal.origin, refusal), line };
  });
  const ofFile = lines.flatMap((line) => flawed(line) ?? []);
  return { accepted, refused: [...ofPath, ...ofFile].sort((a, b) => a.line - b.line) };
}

function flawed({ line, original, flaw, oversized }: FactLine): RefusedLine | undefined {
  if (flaw === undefined) return undefined;
  const { reason, message } = flaw;
  return { line, reason, message, origin: `file/${line}`, key: null, original, ...oversized };
}
