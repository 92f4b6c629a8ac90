/** Where this folder says what happened; pino's loggers and Nest's fit. Secrets are never passed to it. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Says nothing; for callers that have no log. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
