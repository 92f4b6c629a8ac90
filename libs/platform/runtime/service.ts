import type { Writable } from 'node:stream';
import type { DynamicModule, Type } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { systemClock } from '../clock';
import { ConfigError, generatedSecret, loadConfig, type Config, type Environment } from '../config';
import { closeOnSignals, startHttpApp, type RunningHttpApp } from '../http';
import { createLogger } from '../logging';
import { createRegistry } from '../metrics';
import type { TopicSpec } from '../record-log';
import { lockDataFolder, type MigrationSet } from '../sql';
import { Closers } from './closers';
import { openPorts } from './open-ports';
import type { OptionalPort, Ports } from './ports';
import { PortsModule } from './ports.module';

/** What a service is made of. */
export interface ServiceDefinition {
  /** Short name, e.g. `weir-desk`. */
  readonly name: string;
  /** Title of its API documentation. */
  readonly title: string;
  /** Port where WEIR_HTTP_PORT is not set. */
  readonly port: number;
  readonly needs: readonly OptionalPort[];
  /** Ports that it takes along where PostgreSQL is configured. */
  readonly uses?: readonly OptionalPort[];
  readonly migrations?: readonly MigrationSet[];
  /** True: starts PostgreSQL in the data folder where none is given, and has the folder to itself. */
  readonly ownsDataFolder?: boolean;
  /** Topics to be made where they do not exist. */
  topics(config: Config): readonly TopicSpec[];
  /** Where log lines go instead of standard output. */
  logDestination?(config: Config): Writable;
  /** What must be done before anything runs, e.g. publish the shipped rules. */
  prepare?(context: ServiceContext): Promise<void>;
  /** The stages that run in it. */
  module(context: ServiceContext): Promise<DynamicModule | Type> | DynamicModule | Type;
}

/** What a service has once its ports are open. */
export interface ServiceContext {
  readonly config: Config;
  readonly ports: Ports;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** A service that runs. */
export interface RunningService extends ServiceContext {
  readonly http: RunningHttpApp;
  /** The bearer token that its routes ask for. */
  readonly token: string;
  /** Stops in the reverse of the order in which it was started. */
  close(): Promise<void>;
}

/** Starts a service. Nothing stays open where that fails. @throws Error that says what is wrong and how to mend it */
export async function startService(definition: ServiceDefinition, env: Environment): Promise<RunningService> {
  const closers = new Closers();
  try {
    // 1. What is wanted.
    const config = loadConfig(env, { httpPort: definition.port });
    const logger = createLogger(config.log, definition.logDestination?.(config));
    for (const warning of config.warnings) logger.warn(warning);
    const token = config.http.token ?? (await generatedSecret(config.dataDir, 'token'));

    // 2. What it stands on.
    if (definition.ownsDataFolder === true) {
      const lock = await lockDataFolder(config.dataDir);
      closers.add(() => Promise.resolve(lock.release()));
    }
    const { name, migrations = [] } = definition;
    const needs = [...definition.needs, ...(config.postgres === null ? [] : (definition.uses ?? []))];
    const ports = await openPorts(config, {
      needs,
      migrations,
      embedded: definition.ownsDataFolder === true,
      logger,
      service: name,
    });
    closers.add(() => ports.close());
    await ports.log.ensureTopics(definition.topics(config));

    // 3. What it does.
    const context: ServiceContext = { config, ports, registry: createRegistry(), logger };
    await definition.prepare?.(context);
    const http = await startHttpApp(await rootModule(definition, context), {
      host: config.http.host,
      port: config.http.port,
      title: definition.title,
      token,
      logger,
      registry: context.registry,
    });
    closers.add(() => http.app.close());
    http.readiness.add('record log', () => ports.log.ping());
    logger.info({ url: http.url, on: ports.described }, `${name} is running`);
    return { ...context, http, token, close: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function rootModule(definition: ServiceDefinition, context: ServiceContext): Promise<DynamicModule> {
  class RootModule {}
  const stages = await definition.module(context);
  return { module: RootModule, imports: [PortsModule.with(context.ports, systemClock), stages] };
}

/**
 * Runs a service until a signal, or until something it stands on is lost; ends the process. For `main.ts` of a service
 * that does nothing else.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  let service: RunningService;
  try {
    service = await startService(definition, process.env);
  } catch (error) {
    process.stderr.write(`${definition.name} could not start: ${startFailure(error)}\n`);
    process.exit(1);
  }
  closeOnSignals(() => service.close(), { logger: service.logger });
  try {
    await service.ports.lost;
  } catch (error) {
    service.logger.fatal({ err: error }, 'what this process stands on is gone; it ends, start it again');
    process.exit(1);
  }
}

/** What went wrong at start, for people: mistakes of the configuration one by one, everything else by its message. */
export function startFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  switch ('code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return `${error.message}. Something listens there already: give another port (WEIR_HTTP_PORT; weir start --port).`;
    case 'EACCES':
      return `${error.message}. This user may not use that file or port: choose another, or allow it.`;
    case 'ENOENT':
      return `${error.message}. There is no such file or folder: check the path.`;
    case 'ECONNREFUSED':
      return `${error.message}. Nothing listens there: check that the service runs, and its address (DATABASE_URL, KAFKA_BROKERS, REDIS_URL).`;
    default:
      return error.message;
  }
}
