import type { Document, ParsedNode } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Position, Step } from './mistake';

/** Where something stands in the text, and what is inside it. */
interface Place {
  readonly position: Position;
  /** Where its key stands; its own position in lists and at the top. */
  readonly key: Position;
  /** The text of a plain (unquoted) scalar. */
  readonly plain?: string;
  readonly inside: ReadonlyMap<Step, Place>;
}

/** One value of a rule file with the places of all its parts. */
export class SourceTree {
  constructor(
    readonly value: unknown,
    private readonly place: Place,
  ) {}

  /** Where a part stands, or the nearest part around it that is written at all. */
  locate(path: readonly Step[], atKey = false): Position {
    let place = this.place;
    for (const step of path) {
      const next = place.inside.get(step);
      if (next === undefined) return place.position;
      place = next;
    }
    return atKey ? place.key : place.position;
  }

  /** The text of an unquoted scalar as it is written; undefined for anything else. */
  plainText(path: readonly Step[]): string | undefined {
    return this.find(path)?.plain;
  }

  /** The part at a path as a tree of its own; undefined where nothing is written there. */
  part(step: Step): SourceTree | undefined {
    const place = this.place.inside.get(step);
    if (place === undefined || typeof this.value !== 'object' || this.value === null) return undefined;
    return new SourceTree((this.value as Record<Step, unknown>)[step], place);
  }

  private find(path: readonly Step[]): Place | undefined {
    let place: Place | undefined = this.place;
    for (const step of path) place = place?.inside.get(step);
    return place;
  }
}

/** Something that is wrong with the text itself. */
export interface TextMistake extends Position {
  readonly message: string;
  readonly suggestion?: string;
}

/** What a file holds. */
export interface SourceText {
  readonly documents: readonly SourceTree[];
  readonly mistakes: readonly TextMistake[];
}

const maxDepth = 40;
/** More than any rule file needs; far below what aliases of aliases can unfold to. */
const maxParts = 200_000;
const maxAliases = 1_000;

/** Keys of decimals: a number behind them is read from its text, since money must not pass through floats. */
const decimalKeys: ReadonlySet<Step> = new Set(['above', 'atLeast', 'below', 'atMost', 'between', 'else', 'rate']);
const numberLike = /^[-+]?[\d.]/;

class TooMuch extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** Reads the tree of one document; positions are those of the text, also behind aliases. */
class Reader {
  private parts = 0;
  private aliases = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
  ) {}

  read(): SourceTree | undefined {
    const { contents } = this.document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return undefined;
    const start = this.at(contents.range[0]);
    const { value, place } = this.node(contents, start, []);
    return new SourceTree(value, place);
  }

  private node(node: ParsedNode | null, key: Position, path: readonly Step[]): { value: unknown; place: Place } {
    if (node === null) return { value: null, place: { position: key, key, inside: new Map() } };
    const offset = node.range[0];
    if (path.length > maxDepth) throw new TooMuch(`Nothing may lie deeper than ${maxDepth} levels.`, offset);
    if (++this.parts > maxParts) throw new TooMuch(`The file unfolds to more than ${maxParts} parts.`, offset);
    if (isAlias(node)) {
      if (++this.aliases > maxAliases) throw new TooMuch(`There are more than ${maxAliases} aliases.`, offset);
      const target = node.resolve(this.document) as ParsedNode | undefined;
      if (target === undefined) throw new TooMuch(`Nothing before it is anchored as &${node.source}.`, offset);
      return this.node(target, key, path);
    }
    const position = this.at(offset);
    const inside = new Map<Step, Place>();
    if (isMap(node)) {
      const value: Record<string, unknown> = {};
      for (const { key: name, value: member } of node.items) {
        const step = isScalar(name) ? String(name.value) : '';
        if (step === '__proto__') throw new TooMuch('"__proto__" cannot be a key.', name.range[0]);
        const below = this.node(member, this.at(name.range[0]), [...path, step]);
        inside.set(step, below.place);
        value[step] = below.value;
      }
      return { value, place: { position, key, inside } };
    }
    if (isSeq(node)) {
      const value = node.items.map((item, index) => {
        const below = this.node(item, this.at(item.range[0]), [...path, index]);
        inside.set(index, below.place);
        return below.value;
      });
      return { value, place: { position, key, inside } };
    }
    if (node.type !== 'PLAIN') return { value: node.value, place: { position, key, inside } };
    return {
      value: this.plainValue(node.value, node.source, path),
      place: { position, key, plain: node.source, inside },
    };
  }

  /** Where a decimal is wanted, a number's own text: 10000.00 stays "10000.00" and 0.1 never becomes binary. */
  private plainValue(value: unknown, source: string, path: readonly Step[]): unknown {
    if (typeof value !== 'number' || !numberLike.test(source)) return value;
    if (path.includes('examples')) return value;
    const last = path.at(-1);
    const name = typeof last === 'number' ? path.at(-2) : last;
    const inTable = typeof last === 'string' && path.at(-2) === 'values';
    return inTable || (name !== undefined && decimalKeys.has(name)) ? source : value;
  }

  private at(offset: number): Position {
    return positionAt(this.lines, offset);
  }
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

const tooDeep: TextMistake = { line: 1, column: 1, message: 'The file is nested too deeply to be read.' };
/** One slip in the text can make the parser complain of everything after it. */
const mostPerDocument = 10;

const hints: Record<string, string> = {
  DUPLICATE_KEY: 'remove one of the two',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'leave the tag out',
  MULTILINE_IMPLICIT_KEY: 'a quote or a colon may be missing above',
  BAD_SCALAR_START: 'put the value in quotes',
};

/**
 * Reads YAML 1.2 (of which JSON is a part) strictly: no key twice, no tags but the standard ones, no merge keys, limits
 * on depth, size and aliases. Numbers that are limits, rates and values of tables keep their text.
 */
export function readSourceText(text: string, format: 'yaml' | 'json'): SourceText {
  const lines = new LineCounter();
  const mistakes: TextMistake[] = [];
  const documents: SourceTree[] = [];
  let parsed: Document.Parsed[];
  try {
    const found = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: '1.2',
      schema: format === 'json' ? 'json' : 'core',
      strict: true,
      stringKeys: true,
      uniqueKeys: true,
      merge: false,
      resolveKnownTags: false,
      logLevel: 'silent',
    });
    parsed = 'empty' in found ? [] : found;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { documents, mistakes: [tooDeep] };
  }
  for (const document of parsed) {
    const flaws = [...document.errors, ...document.warnings];
    if (flaws.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return { documents: [], mistakes: [tooDeep] };
    for (const { message, pos, code } of flaws.slice(0, mostPerDocument)) {
      const suggestion = hints[code];
      mistakes.push({ ...positionAt(lines, pos[0]), message, ...(suggestion === undefined ? {} : { suggestion }) });
    }
    if (document.directives.yaml.explicit && document.directives.yaml.version !== '1.2') {
      mistakes.push({ line: 1, column: 1, message: 'Rules are written in YAML 1.2.', suggestion: 'leave %YAML out' });
      continue;
    }
    if (flaws.length > 0) continue;
    try {
      const tree = new Reader(document, lines).read();
      if (tree !== undefined) documents.push(tree);
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      mistakes.push({ ...positionAt(lines, error.at), message: error.message });
    }
  }
  return { documents, mistakes };
}
