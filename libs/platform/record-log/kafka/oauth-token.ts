import { z } from 'zod';
import type { KafkaOauthSasl } from './kafka-options';

/** How long before its end a token is replaced, in milliseconds, and the share of its life where it lives shorter. */
const MARGIN_MS = 60_000;
const MARGIN_SHARE = 0.2;
const TIMEOUT_MS = 10_000;

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive().optional() });

/**
 * Fetches tokens by the client-credentials grant (RFC 6749 section 4.4) and keeps each until shortly before its end.
 * Callers at the same time share one request.
 */
export class OauthToken {
  private token: { readonly value: string; readonly until: number } | null = null;
  private fetching: Promise<string> | null = null;

  /** @param now the clock in milliseconds, for tests */
  constructor(
    private readonly sasl: KafkaOauthSasl,
    private readonly now: () => number = Date.now,
  ) {}

  /** A token that is still good. @throws {Error} naming the endpoint and what it answered */
  async value(): Promise<string> {
    if (this.token !== null && this.now() < this.token.until) return this.token.value;
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  /** Forgets the token, so that the next sign-in asks for a new one. */
  forget(): void {
    this.token = null;
  }

  private async fetch(): Promise<string> {
    const { tokenEndpoint, clientId, clientSecret, scope } = this.sasl;
    const credentials = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(':');
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(tokenEndpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, accept: 'application/json' },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await answer.text();
    } catch (cause) {
      throw new Error(`The token endpoint ${tokenEndpoint} cannot be reached: ${reasonOf(cause)}`, { cause });
    }
    if (!answer.ok) {
      throw new Error(
        `The token endpoint ${tokenEndpoint} refused the client "${clientId}" with status ${answer.status}: ` +
          `${text.slice(0, 300)}. Check the client id, its secret and the scope.`,
      );
    }
    const parsed = answerSchema.safeParse(json(text));
    if (!parsed.success) {
      throw new Error(`The token endpoint ${tokenEndpoint} gave no access_token: ${z.prettifyError(parsed.error)}`);
    }
    const life = (parsed.data.expires_in ?? 0) * 1_000;
    const margin = Math.min(MARGIN_MS, life * MARGIN_SHARE);
    this.token = { value: parsed.data.access_token, until: this.now() + life - margin };
    return this.token.value;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON fails the schema, whose message says what was wanted.
    return undefined;
  }
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.message} (${thrown.cause.message})` : thrown.message;
}
