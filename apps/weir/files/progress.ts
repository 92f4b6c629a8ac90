import type { FactFile } from './fact-file';

const everyMs = 500;
const barWidth = 24;

/** Shows how far a command is: a bar that renews itself on a terminal, a line every so many facts elsewhere. */
export class Progress {
  private shownAt = 0;
  private toldAt = 0;

  constructor(
    private readonly file: Pick<FactFile, 'size' | 'bytesRead'>,
    private readonly screen: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
  ) {}

  /** @param now milliseconds of any steady clock */
  show(facts: number, now: number): void {
    if (this.screen.isTTY === true) {
      if (now - this.shownAt < everyMs) return;
      this.shownAt = now;
      this.screen.write(`\r\u001b[2K${this.bar()} ${facts.toLocaleString('en')} facts`);
    } else if (facts - this.toldAt >= 100_000) {
      this.toldAt = facts - (facts % 100_000);
      this.screen.write(`${this.toldAt.toLocaleString('en')} facts\n`);
    }
  }

  /** Takes the bar away. */
  end(): void {
    if (this.screen.isTTY === true) this.screen.write('\r\u001b[2K');
  }

  private bar(): string {
    if (this.file.size === null || this.file.size === 0) return '';
    const share = Math.min(1, this.file.bytesRead() / this.file.size);
    const full = Math.round(share * barWidth);
    return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
  }
}
