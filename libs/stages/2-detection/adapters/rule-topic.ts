import { ruleSchema, topics, type RuleDocument } from '@weir/contracts';
import { compileRule, compileRules, parseInstant, RuleError, type RuleSet } from '@weir/domain';
import type { NewRecord, RecordLog } from '@weir/platform/record-log';

/** A record of the rules topic that cannot be followed. */
export interface UnreadableRule {
  readonly key: string;
  readonly message: string;
}

/** Why a rule version was not published: the topic holds it with other content, or it would change the past. */
export interface RefusedRule {
  readonly document: RuleDocument;
  readonly why: 'other-content' | 'not-in-future';
}

/** How far in the future a further version of a rule must begin, ms: every detector has read it by then. */
export const publishedAhead = 5_000;

/** The approved rule versions, followed through the rules topic. */
export class RuleTopic {
  private readonly documents = new Map<string, RuleDocument>();
  private readonly told = new Set<string>();
  private read: readonly number[] = [];
  private current: RuleSet = compileRules([]);

  constructor(
    private readonly log: Pick<RecordLog, 'bounds' | 'readAll' | 'send'>,
    private readonly onUnreadable: (rule: UnreadableRule) => void,
  ) {}

  /** The rules as they stand at the end of the topic at the moment of the call. */
  async latest(): Promise<RuleSet> {
    const ends = (await this.log.bounds(topics.rules)).map(({ high }) => high);
    if (ends.some((end, partition) => end !== this.read[partition])) {
      for await (const { records, partition } of this.log.readAll(topics.rules)) {
        for (const { key, value, offset } of records) {
          this.take(key?.toString('utf8') ?? '', value, `${partition}/${offset}`);
        }
      }
      this.current = compileRules([...this.documents.values()].sort(byIdAndVersion));
      this.read = ends;
    }
    return this.current;
  }

  /**
   * Publishes rule versions that the topic does not hold yet. A further version of a rule must begin in the future, since
   * facts before it have been measured by the version before.
   * @param now milliseconds since 1970
   * @returns versions that were not published; what the topic holds of them stays in force
   */
  async publishMissing(documents: readonly RuleDocument[], now: number): Promise<readonly RefusedRule[]> {
    await this.latest();
    const known = new Set([...this.documents.values()].map(({ id }) => id));
    const refused: RefusedRule[] = [];
    const records: NewRecord[] = [];
    for (const document of documents) {
      const published = this.documents.get(versionKey(document));
      if (published !== undefined) {
        if (!sameContent(published, document)) refused.push({ document, why: 'other-content' });
      } else if (known.has(document.id) && beginsAt(document) < now + publishedAhead) {
        refused.push({ document, why: 'not-in-future' });
      } else {
        records.push(ruleRecord(document));
      }
    }
    if (records.length > 0) await this.log.send(topics.rules, records);
    return refused;
  }

  private take(key: string, value: Buffer | null, place: string): void {
    if (value === null) {
      this.documents.delete(key);
      return;
    }
    try {
      const document = ruleSchema.parse(JSON.parse(value.toString('utf8')));
      compileRule(document);
      const known = this.documents.get(versionKey(document));
      if (known === undefined) this.documents.set(versionKey(document), document);
      else if (!sameContent(known, document))
        this.tell(key, place, 'the version is known with other content, which stays');
    } catch (error) {
      const where = error instanceof RuleError ? ` at ${error.path.join('.')}` : '';
      this.tell(key, place, `${error instanceof Error ? error.message : String(error)}${where}`);
    }
  }

  /** Tells of a record once, however often the topic is read again. */
  private tell(key: string, place: string, message: string): void {
    if (this.told.has(place)) return;
    this.told.add(place);
    this.onUnreadable({ key, message });
  }
}

const versionKey = ({ id, version }: Pick<RuleDocument, 'id' | 'version'>): string => `${id}@${version}`;

const sameContent = (a: RuleDocument, b: RuleDocument): boolean =>
  JSON.stringify(ruleSchema.parse(a)) === JSON.stringify(ruleSchema.parse(b));

function beginsAt({ effectiveFrom }: RuleDocument): number {
  const parsed = parseInstant(effectiveFrom);
  return parsed.ok ? parsed.value : -Infinity;
}

const byIdAndVersion = (a: RuleDocument, b: RuleDocument): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : a.version - b.version;

const ruleRecord = (document: RuleDocument): NewRecord => ({
  key: Buffer.from(versionKey(document), 'utf8'),
  value: Buffer.from(JSON.stringify(document), 'utf8'),
});
