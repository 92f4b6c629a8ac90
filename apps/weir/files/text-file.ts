import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Text to a file, or to standard output for `-`; waits where the reader is slower. */
export class TextFile {
  private readonly target: Writable;
  private readonly written: Promise<void> | null;

  constructor(path: string) {
    this.target = path === '-' ? process.stdout : createWriteStream(path);
    this.written = path === '-' ? null : finished(this.target);
    // Awaited in `end`; until then a failure must not count as unhandled.
    this.written?.catch(() => undefined);
  }

  async write(text: string): Promise<void> {
    if (!this.target.write(text))
      await Promise.race([once(this.target, 'drain'), this.written ?? once(this.target, 'drain')]);
  }

  /** @throws Error where not everything could be written */
  async end(): Promise<void> {
    if (this.written === null) return;
    this.target.end();
    await this.written;
  }
}
