import { hash, timingSafeEqual } from 'node:crypto';
import { localIdentity, type Identity } from './identity';

/** The only routes that ask for no token, as they are registered: probes and scrapes. */
export const openRoutes: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

/** Why a request was not let in, and the value of its `WWW-Authenticate` header. */
export interface Refusal {
  readonly challenge: string;
  readonly detail: string;
}

/**
 * Who a request is, by its Authorization header: `Bearer <token>`, and on the pages of the API documentation, which
 * browsers open by themselves, also HTTP Basic with the token as password.
 * @param path path of the request as sent, without the query
 * @param wanted `digestOf` the token
 */
export function authenticate(authorization: string | undefined, path: string, wanted: Buffer): Identity | Refusal {
  const documentation = /^\/docs(?:[/-]|$)/.test(path);
  // Basic first: Chromium reads the first challenge of a header only, and asks for a password on this one.
  const challenge = documentation ? 'Basic realm="weir", charset="UTF-8", Bearer realm="weir"' : 'Bearer realm="weir"';
  if (authorization === undefined) {
    return { challenge, detail: 'Send the header "Authorization: Bearer <token>".' };
  }
  const [, scheme = '', credentials = ''] = /^([A-Za-z]+) +(\S+)$/.exec(authorization) ?? [];
  const given = givenToken(scheme.toLowerCase(), credentials, documentation);
  if (given === null) {
    return { challenge, detail: 'The Authorization header is not of the form "Bearer <token>".' };
  }
  // In a time that tells nothing of where, or in what length, the two differ.
  if (!timingSafeEqual(digestOf(given), wanted)) {
    return {
      challenge: challenge.replace('Bearer realm="weir"', 'Bearer realm="weir", error="invalid_token"'),
      detail: 'The token is not valid.',
    };
  }
  return localIdentity;
}

function givenToken(scheme: string, credentials: string, basicToo: boolean): string | null {
  if (scheme === 'bearer' && credentials !== '') return credentials;
  if (scheme !== 'basic' || !basicToo) return null;
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : null;
}

/** What a token is known by: digests of different tokens differ. */
export const digestOf = (token: string): Buffer => hash('sha256', token, 'buffer');
