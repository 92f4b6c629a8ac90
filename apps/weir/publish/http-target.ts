import { forTerminal, type FactLine } from '@weir/intake';
import { setTimeout as pause } from 'node:timers/promises';
import { nothingTaken, sumOf, type FactTarget, type Taken } from './fact-target';

/** Most bytes of one request; the door takes 1 MiB. */
const mostBytes = 1_000_000;
/** Most facts of one request; the door takes 1,000. */
const mostLines = 1_000;
const tries = 8;

/**
 * Publishes over HTTP, as JSON Lines. Sending again is safe: a fact that is known changes nothing. A line of which no JSON could be made
 * is left out: the door would give its bytes another reason than the true one.
 */
export class HttpTarget implements FactTarget {
  /** @param tell takes a text for who publishes */
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly tell: (text: string) => void,
  ) {}

  async send(lines: readonly FactLine[]): Promise<Taken> {
    const whole = lines.filter((line) => !this.isLeftOut(line));
    let taken: Taken = { ...nothingTaken, leftOut: lines.length - whole.length };
    for (const part of parts(whole)) taken = sumOf(taken, await this.sendPart(part));
    return taken;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private isLeftOut({ line, flaw }: FactLine): boolean {
    if (flaw !== undefined) this.tell(`Line ${line} was left out (${flaw.reason}): ${forTerminal(flaw.message)}\n`);
    return flaw !== undefined;
  }

  /** Sends lines in one request; where they are too much for it, in two of half as many. */
  private async sendPart(lines: readonly FactLine[]): Promise<Taken> {
    const url = new URL('/v1/facts', this.url);
    const answer = await this.post(url, Buffer.concat(withBreaksBetween(lines.map(({ value }) => value))));
    const text = await answer.text();
    if (answer.status === 413 && lines.length > 1) {
      const middle = Math.ceil(lines.length / 2);
      return sumOf(await this.sendPart(lines.slice(0, middle)), await this.sendPart(lines.slice(middle)));
    }
    // One line that the door finds too large has its dead letter; who else says so keeps nothing.
    if (answer.status === 413 && codeOf(text) === 'too-large') return { ...nothingTaken, refused: 1 };
    if (!answer.ok) {
      throw new Error(`${url.href} answered ${answer.status} to ${placeOf(lines)}: ${text.slice(0, 500)}`);
    }
    const { accepted, refused } = JSON.parse(text) as Taken;
    if (accepted + refused !== lines.length) {
      throw new Error(`${url.href} was sent ${placeOf(lines)} and told of ${accepted + refused} facts.`);
    }
    return { ...nothingTaken, accepted, refused };
  }

  private async post(url: URL, body: Buffer): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.request(url, body).catch((error: unknown) => {
        if (attempt < tries) return null;
        throw new Error(`${url.href} does not answer: ${causeOf(error)}`);
      });
      if (answer !== null && answer.status < 500 && answer.status !== 429) return answer;
      if (attempt === tries) throw new Error(`${url.href} answered ${answer?.status ?? 'nothing'} ${tries} times.`);
      await pause(Math.min(10_000, 200 * 2 ** attempt));
    }
  }

  private request(url: URL, body: Buffer): Promise<Response> {
    return fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/x-ndjson' },
      body: new Uint8Array(body),
    });
  }
}

const lineBreak = Buffer.from('\n');
/** No break after the last: a line of just the size that the door takes stays of that size. */
const withBreaksBetween = (lines: readonly Buffer[]): Buffer[] =>
  lines.flatMap((line, index) => (index === 0 ? [line] : [lineBreak, line]));

/** Lines for one request each, below its limits; a line that is larger goes alone, to be refused. */
function* parts(lines: readonly FactLine[]): Generator<readonly FactLine[]> {
  let part: FactLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const { length } = line.value;
    if (part.length > 0 && (bytes + length > mostBytes || part.length === mostLines)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(line);
    bytes += length + lineBreak.length;
  }
  if (part.length > 0) yield part;
}

/** Code of a problem document; undefined where a text is none, e.g. a proxy's page. */
function codeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly code?: unknown } | null)?.code;
  } catch {
    return undefined;
  }
}

function placeOf(lines: readonly FactLine[]): string {
  const [first, last] = [lines[0]?.line, lines.at(-1)?.line];
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
