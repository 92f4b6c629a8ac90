import { topics, type ReferenceDocument, type RuleDocument } from '@weir/contracts';
import { compileRules, parseInstant, RuleError, type RuleSet } from '@weir/domain';
import type { NewRecord, RecordLog } from '@weir/platform/record-log';
import { kindOf, nameKeys, schemas } from '../rule-files/document-kind';

/** One version of a rule, or of a list, a table or rates that rules look up. */
export type RulebookDocument = RuleDocument | ReferenceDocument;

/** A record of the rules topic that cannot be followed. */
export interface UnreadableRule {
  readonly key: string;
  readonly message: string;
}

/** Why a version was not published: the topic holds it with other content, or it would change the past. */
export interface RefusedRule {
  readonly document: RulebookDocument;
  readonly why: 'other-content' | 'not-in-future';
}

/** What became of versions that were to be published. */
export interface PublishedRules {
  readonly published: readonly RulebookDocument[];
  /** Those that the topic held already, with the same content. */
  readonly standing: readonly RulebookDocument[];
  /** Those of which what the topic holds stays in force. */
  readonly refused: readonly RefusedRule[];
}

/** How far in the future a further version must begin, ms: every detector has read it by then. */
export const publishedAhead = 5_000;

/** The approved versions of rules and of what they look up, followed through the rules topic. */
export class RuleTopic {
  private readonly documents = new Map<string, RulebookDocument>();
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
      const sorted = [...this.documents.values()].sort(byNameAndVersion);
      this.current = compileRules(sorted.filter(isRule), sorted.filter(isReference));
      this.read = ends;
    }
    return this.current;
  }

  /**
   * Publishes versions that the topic does not hold yet. A further version of a rule, or of what rules look up, must begin
   * in the future, since facts before it have been measured by the version before.
   * @param now milliseconds since 1970
   */
  async publishMissing(documents: readonly RulebookDocument[], now: number): Promise<PublishedRules> {
    await this.latest();
    const known = new Set([...this.documents.values()].map(documentName));
    const standing: RulebookDocument[] = [];
    const refused: RefusedRule[] = [];
    const missing: RulebookDocument[] = [];
    // What rules look up stands before them, so that no reader of the topic sees a rule without it.
    for (const document of [...documents].sort((a, b) => Number(isRule(a)) - Number(isRule(b)))) {
      const stands = this.documents.get(versionKey(document));
      if (stands !== undefined) {
        if (sameContent(stands, document)) standing.push(document);
        else refused.push({ document, why: 'other-content' });
      } else if (known.has(documentName(document)) && beginsAt(document) < now + publishedAhead) {
        refused.push({ document, why: 'not-in-future' });
      } else {
        missing.push(document);
      }
    }
    if (missing.length === 0) return { published: missing, standing, refused };
    await this.log.send(topics.rules, missing.map(recordOf));
    // Read again: of what two publish at the same time, the first in the topic stands.
    await this.latest();
    const published = missing.filter((document) => {
      const stands = this.documents.get(versionKey(document));
      const isOurs = stands !== undefined && sameContent(stands, document);
      if (!isOurs) refused.push({ document, why: 'other-content' });
      return isOurs;
    });
    return { published, standing, refused };
  }

  private take(key: string, value: Buffer | null, place: string): void {
    if (value === null) {
      this.documents.delete(key);
      return;
    }
    try {
      const document = parsed(JSON.parse(value.toString('utf8')));
      if (isRule(document)) compileRules([document]);
      else compileRules([], [document]);
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

/** The name of a document across its versions: a rule's id, else `list:watched`, `table:authority`, `rates:USD`. */
export function documentName(document: RulebookDocument): string {
  if (isRule(document)) return document.id;
  const kind = kindOf(document);
  return `${kind}:${String(Reflect.get(document, nameKeys[kind]))}`;
}

const isRule = (document: RulebookDocument): document is RuleDocument => kindOf(document) === 'rule';

const isReference = (document: RulebookDocument): document is ReferenceDocument => !isRule(document);

const parsed = (value: unknown): RulebookDocument =>
  schemas[typeof value === 'object' && value !== null ? kindOf(value) : 'rule'].parse(value);

const versionKey = (document: RulebookDocument): string => `${documentName(document)}@${document.version}`;

const sameContent = (a: RulebookDocument, b: RulebookDocument): boolean =>
  JSON.stringify(parsed(a)) === JSON.stringify(parsed(b));

function beginsAt({ effectiveFrom }: RulebookDocument): number {
  const begins = parseInstant(effectiveFrom);
  return begins.ok ? begins.value : -Infinity;
}

function byNameAndVersion(a: RulebookDocument, b: RulebookDocument): number {
  const [left, right] = [documentName(a), documentName(b)];
  return left < right ? -1 : left > right ? 1 : a.version - b.version;
}

const recordOf = (document: RulebookDocument): NewRecord => ({
  key: Buffer.from(versionKey(document), 'utf8'),
  value: Buffer.from(JSON.stringify(document), 'utf8'),
});
