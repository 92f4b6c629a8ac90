import { DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { AuthModule } from '../auth';
import { HealthModule, type Readiness } from '../health';
import { LoggingModule } from '../logging';
import { MetricsModule } from '../metrics';
import { ProblemFilter } from './problem.filter';
import { ValidationPipe } from './validation.pipe';

export interface HttpAppParts {
  readonly logger: Logger;
  readonly registry: Registry;
  readonly readiness: Readiness;
}

/** What every HTTP service has around its own module: guard, problem documents, validation, health, metrics, logging. */
@Module({})
export class HttpAppModule {
  static around(module: Type | DynamicModule, { logger, registry, readiness }: HttpAppParts): DynamicModule {
    return {
      module: HttpAppModule,
      imports: [
        LoggingModule.with(logger),
        MetricsModule.with(registry),
        HealthModule.with(readiness),
        AuthModule,
        module,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
    };
  }
}
