import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files, and the authority's text. */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes, with openssl, an authority and one certificate that serves server and client.
 * @param folder an existing folder to write into
 * @param name what the certificate is for; default localhost and 127.0.0.1
 */
export function makeCertificates(folder: string, name?: string): Certificates {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const subject = name === undefined ? 'DNS:localhost,IP:127.0.0.1' : `DNS:${name}`;
  const names = ['-addext', `subjectAltName=${subject}`];
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=Test authority', '-keyout', 'ca.key', '-out', 'ca.crt');
  openssl('req', '-new', ...key, '-subj', '/CN=localhost', ...names, '-keyout', 'tls.key', '-out', 'tls.csr');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-copy_extensions', 'copy'];
  openssl('x509', '-req', '-in', 'tls.csr', ...signing, '-out', 'tls.crt');
  const [caFile, certFile, keyFile] = [file('ca.crt'), file('tls.crt'), file('tls.key')];
  const text = (path: string) => readFileSync(path, 'utf8');
  return { caFile, certFile, keyFile, ca: text(caFile), cert: text(certFile), key: text(keyFile) };
}
