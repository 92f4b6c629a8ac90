import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real, if small, OAuth 2 server: client credentials in, signed JSON Web Tokens out. */
export interface TokenServer {
  readonly tokenEndpoint: string;
  readonly keySetUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How many tokens were given out so far. */
  issued(): number;
  /** From now on tokens are signed with a key that is in no key set. */
  forge(): void;
  stop(): Promise<void>;
}

const LIFE_SECONDS = 300;
const base64url = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** Starts the server on a free port of loopback. */
export async function startTokenServer(): Promise<TokenServer> {
  const clientId = 'weir-detector';
  const clientSecret = randomBytes(12).toString('hex');
  const audience = 'kafka';
  const { privateKey, publicKey } = newKey();
  let signingKey = privateKey;
  let issued = 0;
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.url === '/keys') {
      send(response, 200, {
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }],
      });
    } else if (new URLSearchParams(body).get('grant_type') !== 'client_credentials') {
      send(response, 400, { error: 'unsupported_grant_type' });
    } else if (
      request.headers.authorization !== `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    ) {
      send(response, 401, { error: 'invalid_client' });
    } else {
      issued += 1;
      const claims = { iss: issuer, aud: audience, sub: clientId, scope: new URLSearchParams(body).get('scope') ?? '' };
      send(response, 200, { access_token: token(signingKey, claims), token_type: 'bearer', expires_in: LIFE_SECONDS });
    }
  }

  return {
    tokenEndpoint: `${issuer}/token`,
    keySetUrl: `${issuer}/keys`,
    issuer,
    audience,
    clientId,
    clientSecret,
    issued: () => issued,
    forge: () => (signingKey = newKey().privateKey),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function newKey(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
}

function token(key: KeyObject, claims: object): string {
  const now = Math.floor(Date.now() / 1_000);
  const payload = { ...claims, iat: now, exp: now + LIFE_SECONDS };
  const signed = [{ alg: 'RS256', typ: 'JWT', kid: 'test' }, payload]
    .map((part) => base64url(JSON.stringify(part)))
    .join('.');
  return `${signed}.${base64url(sign('RSA-SHA256', Buffer.from(signed), key))}`;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
