import { factName } from '@weir/domain';
import { mostFacts } from '../adapters/http/fact-door';
import { readBatch, type AcceptedFact } from '../intake.pipeline';
import { opensList, splitLines, splitList } from '../json/elements';
import type { IntakeSettings } from '../steps/path';
import { isTruncated, type Letter } from './letter';
import type { AgainRefused, ReadAgain, ReaderAgain } from './reader-again';

/** What reading facts again depends on. */
export interface FactsAgainSettings extends IntakeSettings {
  readonly factsTopic: string;
  /** When they would arrive, ms since 1970. */
  readonly now: () => number;
}

/** Dead letters as facts: read by the very path that records of the facts topic take. */
export class FactsAgain implements ReaderAgain {
  readonly topic: string;
  readonly onlyByName = false;

  constructor(private readonly settings: FactsAgainSettings) {
    this.topic = settings.factsTopic;
  }

  read(letter: Letter, mended: Buffer | null): ReadAgain {
    // 1. One fact, or several.
    const parts = mended === null ? partsOf(letter) : factsIn(mended);
    if (parts.length === 0) return refusedWhole('not-json', 'It is an empty list; there is no fact in it.');
    if (mended !== null && parts.length > mostFacts) {
      return refusedWhole('too-large', `It has ${parts.length} facts; at most ${mostFacts} are sent for one letter.`);
    }
    // 2. Each through the steps of intake.
    const flaws: AgainRefused[] = [];
    const facts: AcceptedFact[] = [];
    for (const [index, value] of parts.entries()) {
      const { accepted, refused } = this.readOne(value);
      facts.push(...accepted);
      const part = parts.length === 1 ? null : index + 1;
      flaws.push(...refused.map(({ reason, message }) => ({ reason, message, part })));
    }
    // 3. What no step of intake knows: a name that stands for another fact.
    if (letter.reason === 'conflicting-id') flaws.push(...this.sameName(letter, facts, parts.length));
    if (flaws.length > 0) return { outcome: 'refused', flaws };
    return {
      outcome: 'readable',
      records: facts.map(({ record, homeKey }) => ({
        // Several facts may have several homes.
        key: letter.key !== null && facts.length === 1 ? letter.key : Buffer.from(homeKey, 'utf8'),
        value: record.value,
      })),
      oldest: Math.min(...facts.map(({ fact }) => fact.occurredAt)),
    };
  }

  private readOne(value: Buffer): ReturnType<typeof readBatch> {
    const record = { offset: 0, key: null, value, headers: {}, timestamp: this.settings.now() };
    return readBatch({ topic: this.topic, partition: 0, records: [record] }, this.settings);
  }

  private sameName(letter: Letter, facts: readonly AcceptedFact[], parts: number): AgainRefused[] {
    const [original] = isTruncated(letter) ? [] : this.readOne(letter.original).accepted;
    if (original === undefined) return [];
    return facts.flatMap(({ fact }, index) =>
      factName(fact) === factName(original.fact)
        ? [
            {
              reason: 'conflicting-id' as const,
              message:
                `"${fact.id}" of source "${fact.source}" is known with other content; the first stands. ` +
                'Send the correction under an id of its own.',
              part: parts === 1 ? null : index + 1,
            },
          ]
        : [],
    );
  }
}

/** A letter is one record, but for a body over HTTP that had too many facts: its facts were never told apart. */
function partsOf({ reason, original, origin }: Letter): readonly Buffer[] {
  return reason === 'too-large' && origin.startsWith('http/') ? factsIn(original) : [original];
}

/**
 * The facts of a file with mended facts, or of a request's body: one fact, a JSON list, or JSON Lines. The door is told
 * by the content type which of them it has; here lines are facts where each of several looks like an object.
 */
function factsIn(bytes: Buffer): readonly Buffer[] {
  if (opensList(bytes)) return splitList(bytes) ?? [bytes];
  const lines = splitLines(bytes);
  return lines.length > 1 && lines.every(looksLikeObject) ? lines : [bytes];
}

function looksLikeObject(line: Buffer): boolean {
  return line.at(0) === 0x7b && line.at(-1) === 0x7d;
}

const refusedWhole = (reason: AgainRefused['reason'], message: string): ReadAgain => ({
  outcome: 'refused',
  flaws: [{ reason, message, part: null }],
});
