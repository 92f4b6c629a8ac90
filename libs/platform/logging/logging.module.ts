import { DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';

/**
 * Gives Nest's loggers the process's logger. The one whose lines carry a request's id is `request.log`: to find it by itself wherever
 * something is logged, every promise of the process would have to be followed, which costs each request more than its line does.
 */
@Module({})
export class LoggingModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: { logger },
          // Requests are logged by http/request-log.ts.
          useExisting: true,
          forRoutes: [],
        }),
      ],
    };
  }
}
