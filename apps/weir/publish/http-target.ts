import type { FactLine } from '@weir/intake';
import { setTimeout as pause } from 'node:timers/promises';
import type { FactTarget, Taken } from './fact-target';

/** Most bytes of one request; the door takes 1 MiB. */
const mostBytes = 1_000_000;
const tries = 8;

/** Publishes over HTTP, as JSON Lines. Sending again is safe: a fact that is known changes nothing. */
export class HttpTarget implements FactTarget {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async send(lines: readonly FactLine[]): Promise<Taken> {
    let taken: Taken = { accepted: 0, refused: 0 };
    for (const part of parts(lines)) {
      const { accepted, refused } = await this.post(part);
      taken = { accepted: taken.accepted + accepted, refused: taken.refused + refused };
    }
    return taken;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async post(body: Buffer): Promise<Taken> {
    const url = new URL('/v1/facts', this.url);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.request(url, body).catch((error: unknown) => {
        if (attempt < tries) return null;
        throw new Error(`${url.href} does not answer: ${causeOf(error)}`);
      });
      if (answer !== null && answer.status < 500 && answer.status !== 429) return readAnswer(answer, url);
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

/** Lines joined to bodies below the limit; a line that is larger goes alone, to be refused. */
function* parts(lines: readonly FactLine[]): Generator<Buffer> {
  let part: Buffer[] = [];
  let bytes = 0;
  for (const { value, original, flaw } of lines) {
    const line = flaw === undefined ? value : original;
    if (part.length > 0 && (bytes + line.length > mostBytes || part.length === 1_000)) {
      yield Buffer.concat(part);
      part = [];
      bytes = 0;
    }
    part.push(line, Buffer.from('\n'));
    bytes += line.length + 1;
  }
  if (part.length > 0) yield Buffer.concat(part);
}

async function readAnswer(answer: Response, url: URL): Promise<Taken> {
  if (!answer.ok && answer.status !== 413) {
    throw new Error(`${url.href} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  }
  if (answer.status === 413) return { accepted: 0, refused: 1 };
  const { accepted, refused } = (await answer.json()) as { readonly accepted: number; readonly refused: number };
  return { accepted, refused };
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
