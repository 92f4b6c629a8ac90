import type { Certificates } from './certificates';

/** How a test wants its own Redis to be. */
export interface OwnRedis {
  /** Append-only file, written at once, so that nothing acknowledged is lost by a kill. */
  readonly appendonly?: boolean;
  readonly maxmemoryPolicy?: string;
  /** Bytes. */
  readonly maxmemory?: number;
  readonly password?: string;
}

/** Arguments of `redis-server` beyond address and folder. */
export function redisArguments(options: OwnRedis, tls: Certificates | null, port: number): string[] {
  return [
    ...(tls === null
      ? ['--port', String(port)]
      : ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'yes']),
    ...(tls === null
      ? []
      : ['--tls-cert-file', tls.certFile, '--tls-key-file', tls.keyFile, '--tls-ca-cert-file', tls.caFile]),
    ...['--appendonly', options.appendonly === true ? 'yes' : 'no', '--appendfsync', 'always'],
    ...['--save', ''],
    ...['--maxmemory-policy', options.maxmemoryPolicy ?? 'noeviction'],
    ...(options.maxmemory === undefined ? [] : ['--maxmemory', String(options.maxmemory)]),
    ...(options.password === undefined ? [] : ['--requirepass', options.password]),
  ];
}
