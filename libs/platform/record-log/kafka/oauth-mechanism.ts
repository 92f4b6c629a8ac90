import type { AuthenticationProviderArgs, Mechanism } from 'kafkajs';
import type { KafkaOauthSasl } from './kafka-options';
import { OauthToken } from './oauth-token';

const SEPARATOR = '\u0001';

/**
 * SASL OAUTHBEARER (RFC 7628) for kafkajs. Its own implementation ignores the broker's answer, so that a refused token
 * surfaces as a closed connection; this one reads the answer and says what the broker said.
 */
export function oauthMechanism(sasl: KafkaOauthSasl): Mechanism {
  const token = new OauthToken(sasl);
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ host, port, saslAuthenticate }: AuthenticationProviderArgs) => ({
      authenticate: async () => {
        const value = await token.value().catch((thrown: unknown) => {
          throw new SignInRefused(thrown instanceof Error ? thrown.message : String(thrown), thrown);
        });
        const message = Buffer.from(`n,,${SEPARATOR}auth=Bearer ${value}${SEPARATOR}${SEPARATOR}`);
        const answer = await saslAuthenticate<string>({
          request: { encode: () => lengthPrefixed(message) },
          response: { decode: (raw) => withoutLength(raw), parse: (bytes) => bytes.toString('utf8') },
        });
        // An empty answer is consent; anything else is the server's reason as JSON (RFC 7628 section 3.2.2).
        if (typeof answer === 'string' && answer !== '') {
          token.forget();
          throw new SignInRefused(`the broker ${host}:${port} refused the token: ${answer}`);
        }
      },
    }),
  };
}

/** A refusal that kafkajs must not retry. */
class SignInRefused extends Error {
  readonly retriable = false;
  constructor(message: string, cause?: unknown) {
    super(`SASL OAUTHBEARER authentication failed: ${message}`, { cause });
    this.name = 'KafkaJSSASLAuthenticationError';
  }
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(bytes.length);
  return Buffer.concat([prefix, bytes]);
}

/** kafkajs hands over the answer behind its length, -1 where there is none. */
function withoutLength(raw: Buffer): Buffer {
  return raw.length < 4 || raw.readInt32BE(0) < 0 ? Buffer.alloc(0) : raw.subarray(4);
}
