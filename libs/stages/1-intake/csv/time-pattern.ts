const tokens: Readonly<Record<string, { readonly part: Part; readonly shape: string }>> = {
  yyyy: { part: 'year', shape: '\\d{4}' },
  MM: { part: 'month', shape: '\\d{2}' },
  M: { part: 'month', shape: '\\d{1,2}' },
  dd: { part: 'day', shape: '\\d{2}' },
  d: { part: 'day', shape: '\\d{1,2}' },
  HH: { part: 'hour', shape: '\\d{2}' },
  H: { part: 'hour', shape: '\\d{1,2}' },
  mm: { part: 'minute', shape: '\\d{2}' },
  ss: { part: 'second', shape: '\\d{2}' },
};

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction';

/** A compiled pattern such as `yyyyMMdd HHmmss.SSS`. */
export class TimePattern {
  private constructor(
    private readonly shape: RegExp,
    private readonly parts: readonly Part[],
  ) {}

  /**
   * Compiles a pattern: `yyyy MM M dd d HH H mm ss S…` (one S per digit of the fraction); other letters stand in single
   * quotes, anything else stands for itself.
   * @throws RangeError naming what is wrong with it
   */
  static of(pattern: string): TimePattern {
    const parts: Part[] = [];
    let shape = '';
    for (const [piece] of pattern.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z]/g)) {
      const token = piece.startsWith('S') ? fraction(piece) : tokens[piece];
      if (token !== undefined) {
        if (parts.includes(token.part)) throw new RangeError(`"${pattern}" names the ${token.part} twice.`);
        parts.push(token.part);
        shape += `(${token.shape})`;
      } else if (piece.length > 1 && piece.startsWith("'")) {
        shape += literal(piece.slice(1, -1));
      } else if (/[A-Za-z]/.test(piece)) {
        throw new RangeError(`"${pattern}" has "${piece}"; known are yyyy MM M dd d HH H mm ss S, text stands in '…'.`);
      } else {
        shape += literal(piece);
      }
    }
    for (const part of ['year', 'month', 'day'] as const) {
      if (!parts.includes(part)) throw new RangeError(`"${pattern}" names no ${part}.`);
    }
    return new TimePattern(new RegExp(`^${shape}$`), parts);
  }

  /** The local time as if it were UTC (ms); undefined where the text is of another form, or no such day or time exists. */
  read(text: string): number | undefined {
    const found = this.shape.exec(text);
    if (found === null) return undefined;
    const values: Partial<Record<Part, string>> = {};
    this.parts.forEach((part, i) => (values[part] = found[i + 1]));
    const [year, month, day] = [Number(values.year), Number(values.month), Number(values.day)];
    const [hour, minute, second] = [values.hour, values.minute, values.second].map((value) => Number(value ?? '0'));
    const local = Date.UTC(year, month - 1, day, hour, minute, second);
    const written = new Date(local);
    const exists =
      written.getUTCFullYear() === year &&
      written.getUTCMonth() === month - 1 &&
      written.getUTCDate() === day &&
      written.getUTCHours() === hour &&
      written.getUTCMinutes() === minute &&
      written.getUTCSeconds() === second;
    return exists ? local + Number((values.fraction ?? '').padEnd(3, '0').slice(0, 3)) : undefined;
  }
}

const fraction = (piece: string) => ({ part: 'fraction' as const, shape: `\\d{${piece.length}}` });
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
