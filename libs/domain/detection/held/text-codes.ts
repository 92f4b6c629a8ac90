/** Most texts that one table gives numbers to. What comes later is written out. */
const mostTexts = 255;

/** Small numbers for texts that many facts share, such as channels and branches: the first that come have them, for good. */
export class TextCodes {
  private readonly codes = new Map<string, number>();

  /** @param texts those that have the first numbers, in their order */
  constructor(private readonly texts: string[] = []) {
    for (const [code, text] of texts.entries()) this.codes.set(text, code);
  }

  /** How many texts have numbers. */
  get size(): number {
    return this.texts.length;
  }

  /** The texts in the order of their numbers. */
  get all(): readonly string[] {
    return this.texts;
  }

  /** The text's number; -1 where it has none. */
  codeOf(text: string): number {
    const known = this.codes.get(text);
    if (known !== undefined) return known;
    if (this.texts.length === mostTexts) return -1;
    this.codes.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** @throws RangeError where no text has the number */
  textOf(code: number): string {
    const text = this.texts[code];
    if (text === undefined) throw new RangeError(`No text has the number ${code}.`);
    return text;
  }
}
