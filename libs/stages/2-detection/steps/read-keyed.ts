import { headers, keyedFactSchema, sourceReportSchema, type RefusalReason, type SourceReport } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import type { LogRecord } from '@weir/platform/record-log';

/** A record of a re-keyed topic. */
export type KeyedRecord =
  | { readonly kind: 'fact'; readonly fact: Fact; readonly late: boolean }
  /** `writtenFor`: identity of the topic that it is about; null where an earlier version wrote it, which did not say. */
  | { readonly kind: 'report'; readonly report: SourceReport; readonly writtenFor: string | null }
  | { readonly kind: 'unreadable'; readonly reason: RefusalReason; readonly message: string };

/**
 * Reads a record of a re-keyed topic. Only Weir writes there, so what cannot be read says that somebody else does, or that
 * another version of Weir did.
 * @param sources how many partitions the facts topic has
 */
export function readKeyed({ key, value, headers: given }: LogRecord, sources: number): KeyedRecord {
  let json: unknown;
  try {
    json = JSON.parse(value?.toString('utf8') ?? '');
  } catch (error) {
    return unreadable('not-json', `it is not JSON: ${(error as Error).message}`);
  }
  if (key === null) {
    const read = sourceReportSchema.safeParse(json);
    if (!read.success) return unreadable('invalid-value', `it is no report of a source: ${issueOf(read.error)}`);
    if (read.data.source < sources) {
      return { kind: 'report', report: read.data, writtenFor: given[headers.writtenFor] ?? null };
    }
    return unreadable('invalid-value', `it names source ${read.data.source}, but there are ${sources}`);
  }
  const late = given[headers.late];
  if (late !== '0' && late !== '1')
    return unreadable('missing-field', `its header "${headers.late}" is neither 0 nor 1`);
  const read = keyedFactSchema.safeParse(json);
  // What JSON.parse gave is JSON; zod's type only says `unknown`.
  if (read.success) return { kind: 'fact', fact: read.data as Fact, late: late === '1' };
  return unreadable('invalid-value', `it is no fact as Weir writes it: ${issueOf(read.error)}`);
}

const unreadable = (reason: RefusalReason, why: string): KeyedRecord => ({
  kind: 'unreadable',
  reason,
  message: `The record of a re-keyed topic cannot be read, ${why}. Nobody but Weir may write there; nothing that others rely on is in it.`,
});

function issueOf({
  issues,
}: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [issue] = issues;
  return issue === undefined ? '' : `${issue.path.map(String).join('.')}: ${issue.message}`;
}
