/** How many texts are kept at most, a power of two: few enough for the table to stay in the processor's cache. */
const places = 2_048;
const wordsPerText = 4;
/** Longest text in bytes that is kept. Longer ones name accounts and the like, and come again too seldom. */
const longest = wordsPerText * 4;

/**
 * Short texts of recent messages. Most repeat (types, channels, branches, names of attributes), and finding one again
 * takes a fraction of the time that making it anew takes.
 *
 * A table in which a text has one place, given by its hash; the newest of a place stays. What is found is compared as a
 * whole, so the hash decides about speed only, and no input can make the table grow.
 */
export class KnownTexts {
  private readonly texts: string[] = new Array<string>(places).fill('');
  private readonly lengths = new Uint8Array(places);
  private readonly words = new Int32Array(places * wordsPerText);

  /**
   * @param view the message in hand; may be read up to three bytes past any text
   * @param textOf makes the text from one place to before another
   */
  constructor(
    private readonly view: DataView,
    private readonly textOf: (start: number, end: number) => string,
  ) {}

  /** The ASCII text that stands from `start` to before `end`. `hash` must be a function of its bytes. */
  textAt(start: number, end: number, hash: number): string {
    const length = end - start;
    if (length > longest) return this.textOf(start, end);
    const place = (hash ^ (hash >>> 15) ^ length) & (places - 1);
    if (this.lengths[place] === length && this.isAt(place, start, end)) return this.texts[place] as string;
    const text = this.textOf(start, end);
    this.texts[place] = text;
    this.lengths[place] = length;
    let word = place * wordsPerText;
    for (let at = start; at < end; at += 4) this.words[word++] = this.wordAt(at, end);
    return text;
  }

  private isAt(place: number, start: number, end: number): boolean {
    let word = place * wordsPerText;
    for (let at = start; at < end; at += 4) if (this.words[word++] !== this.wordAt(at, end)) return false;
    return true;
  }

  /** Four bytes as a number, those from `end` on as zeros. */
  private wordAt(at: number, end: number): number {
    const word = this.view.getInt32(at, true);
    const rest = end - at;
    return rest >= 4 ? word : word & ((1 << (rest * 8)) - 1);
  }
}
