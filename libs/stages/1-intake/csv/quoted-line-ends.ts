import type { RecordEnds } from '../files/split-records';

const lineBreak = 0x0a;
type State = 'cell-start' | 'plain' | 'quoted' | 'quote-in-quoted';

/** Ends records at line breaks outside quotes. A quote opens only at the beginning of a cell, as RFC 4180 has it. */
export class QuotedLineEnds implements RecordEnds {
  breaksInside = 0;
  private state: State = 'cell-start';
  private ended = false;

  /** @param quote and @param delimiter one byte each */
  constructor(
    private readonly quote: number,
    private readonly delimiter: number,
  ) {}

  next(chunk: Buffer, from: number): number {
    if (this.ended) {
      this.breaksInside = 0;
      this.ended = false;
    }
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === lineBreak && this.state !== 'quoted') {
        this.state = 'cell-start';
        this.ended = true;
        return i;
      }
      if (byte === lineBreak) this.breaksInside++;
      this.state = this.after(byte);
    }
    return -1;
  }

  giveUpQuotes(): void {
    this.state = 'plain';
  }

  private after(byte: number | undefined): State {
    switch (this.state) {
      case 'cell-start':
        return byte === this.quote ? 'quoted' : byte === this.delimiter ? 'cell-start' : 'plain';
      case 'plain':
        return byte === this.delimiter ? 'cell-start' : 'plain';
      case 'quoted':
        return byte === this.quote ? 'quote-in-quoted' : 'quoted';
      case 'quote-in-quoted':
        return byte === this.quote ? 'quoted' : byte === this.delimiter ? 'cell-start' : 'plain';
    }
  }
}
