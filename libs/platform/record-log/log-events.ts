/** The part of a pino logger that the record log writes to; `pino()` and nestjs-pino's logger fit as they are. */
export interface RecordLogLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

/** Says nothing; what a record log uses where it is given no logger. */
export const silentLogger: RecordLogLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A thrown value as an `Error`, so that it can be logged and handed on. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
