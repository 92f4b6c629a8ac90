import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, type Clock } from '../clock';
import { EVENT_STORE } from '../event-store';
import { FACTS_ARCHIVE } from '../facts-archive';
import { RECORD_LOG } from '../record-log';
import { PG_POOL } from '../sql';
import { WINDOW_STORE } from '../window-store';
import type { Ports } from './ports';

/** Hands the opened ports and the clock to every module. Opening and closing stays with `main.ts`. */
@Global()
@Module({})
export class PortsModule {
  static with(ports: Ports, clock: Clock): DynamicModule {
    const offered = [
      [PG_POOL, ports.pool],
      [RECORD_LOG, ports.log],
      [WINDOW_STORE, ports.store],
      [EVENT_STORE, ports.events],
      [FACTS_ARCHIVE, ports.archive],
      [CLOCK, clock],
    ] as const;
    const providers = offered.flatMap(([provide, useValue]) => (useValue === null ? [] : [{ provide, useValue }]));
    return { module: PortsModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
