import { Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CLOCK, type Clock } from '@weir/platform/clock';
import { METRICS_REGISTRY } from '@weir/platform/metrics';
import { RECORD_LOG, type RecordLog } from '@weir/platform/record-log';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { acceptRawFacts } from './adapters/http/accept-raw-facts';
import { FactDoor, type FactDoorSettings } from './adapters/http/fact-door';
import { FactsController } from './adapters/http/facts.controller';
import { IntakeMetrics } from './intake.metrics';

/** `POST /v1/facts`, for an application on Fastify. Needs the record log, the clock and the metrics registry. */
@Module({})
export class IntakeModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  static with(settings: FactDoorSettings): DynamicModule {
    return {
      module: IntakeModule,
      controllers: [FactsController],
      providers: [
        {
          provide: FactDoor,
          inject: [RECORD_LOG, CLOCK, METRICS_REGISTRY],
          useFactory: (log: Pick<RecordLog, 'send'>, clock: Clock, registry: Registry) =>
            new FactDoor(log, settings, clock, IntakeMetrics.of(registry)),
        },
      ],
    };
  }

  onModuleInit(): void {
    acceptRawFacts(this.host.httpAdapter.getInstance<FastifyInstance>());
  }
}
