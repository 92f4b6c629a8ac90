import { readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeCertificates } from '../redis';
import type { Security } from './server-properties';
import { startTokenServer, type TokenServer } from './token-server';

/** All that the listener with TLS and sign-in stands on. */
export interface SecurityMaterial {
  readonly ca: string;
  readonly user: { readonly username: string; readonly password: string };
  readonly tokens: TokenServer;
  readonly security: Security;
  /** Arguments of `StorageTool format` that make the SCRAM users. */
  readonly scramArguments: readonly string[];
}

/** Makes certificates and a user, and starts a token server. @param folder an existing folder to write into */
export async function makeSecurity(folder: string): Promise<SecurityMaterial> {
  const { certFile, keyFile, ca } = makeCertificates(folder);
  const keyStoreFile = join(folder, 'kafka.pem');
  writeFileSync(keyStoreFile, readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8'), { mode: 0o644 });
  const user = { username: 'weir', password: randomBytes(12).toString('hex') };
  const tokens = await startTokenServer();
  const { keySetUrl, issuer, audience } = tokens;
  return {
    ca,
    user,
    tokens,
    security: { keyStoreFile, keySetUrl, issuer, audience, plainUsers: { [user.username]: user.password } },
    scramArguments: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${user.username},password=${user.password}]`,
    ]),
  };
}
