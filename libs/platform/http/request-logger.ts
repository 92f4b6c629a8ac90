import type { FastifyBaseLogger } from 'fastify';
import type { Bindings, ChildLoggerOptions, LogFn, Logger } from 'pino';

/**
 * A request's logger, whose lines carry the request's id. Most requests never use it, and the checks for secrets make a child logger
 * as dear as a line: it is made when the first line is written.
 */
export class RequestLogger implements FastifyBaseLogger {
  private made: Logger | null = null;
  readonly fatal: LogFn = this.line('fatal');
  readonly error: LogFn = this.line('error');
  readonly warn: LogFn = this.line('warn');
  readonly info: LogFn = this.line('info');
  readonly debug: LogFn = this.line('debug');
  readonly trace: LogFn = this.line('trace');
  readonly silent: LogFn = this.line('silent');

  constructor(
    private readonly parent: Logger,
    private readonly bindings: Bindings,
  ) {}

  get level(): string {
    return this.own.level;
  }

  set level(level: string) {
    this.own.level = level;
  }

  child(bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger {
    return this.own.child(bindings, options);
  }

  private get own(): Logger {
    this.made ??= this.parent.child(this.bindings);
    return this.made;
  }

  private line(level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'): LogFn {
    return (...args: unknown[]) => {
      Reflect.apply(this.own[level], this.own, args);
    };
  }
}
