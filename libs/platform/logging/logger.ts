import type { Writable } from 'node:stream';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { censor, redactedPaths } from './redaction';

export interface LoggerOptions {
  readonly level: string;
  /** Lines for people instead of JSON; `auto`: where standard output is a terminal. */
  readonly pretty: boolean | 'auto';
}

/**
 * The process's logger: JSON lines on standard output, times in ISO 8601, secrets masked and account numbers cut to
 * their last four characters (`redaction.ts`).
 * @param destination where the lines go instead of standard output
 */
export function createLogger(options: LoggerOptions, destination?: Writable): Logger {
  const readable = options.pretty === 'auto' ? process.stdout.isTTY : options.pretty;
  // Written synchronously: the last lines before a crash are those that count.
  const stream = readable
    ? pretty({
        sync: true,
        ignore: 'pid,hostname',
        translateTime: 'SYS:HH:MM:ss.l',
        ...(destination && { destination }),
      })
    : (destination ?? pino.destination({ sync: true }));
  return pino(
    {
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redactedPaths], censor },
    },
    stream,
  );
}
