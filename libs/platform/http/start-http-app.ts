import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { Logger as NestLogger } from 'nestjs-pino';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bindings, Logger } from 'pino';
import type { Registry } from 'prom-client';
import { digestOf } from '../auth';
import { systemClock } from '../clock';
import { Readiness } from '../health';
import { createRegistry } from '../metrics';
import { admit } from './authentication';
import { HttpAppModule } from './http-app.module';
import { serveApiDocumentation } from './openapi';
import { Problem } from './problem';
import { requestLog } from './request-log';
import { RequestLogger } from './request-logger';
import { setResponseHeaders } from './response-headers';
import { sendProblem } from './send-problem';

export interface HttpAppOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Title of the API documentation. */
  readonly title: string;
  readonly description?: string;
  readonly version?: string;
  /** The bearer token that every route but health and metrics asks for. */
  readonly token: string;
  /** Largest body in bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  readonly logger: Logger;
  /** Default: a new one with the process's default metrics. */
  readonly registry?: Registry;
  /** Default: a new one, to which the module's providers add their checks. */
  readonly readiness?: Readiness;
  /** Last settings before the routes are made, e.g. `app.useBodyParser('application/x-ndjson', …)`. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
}

export interface RunningHttpApp {
  readonly app: NestFastifyApplication;
  /** Where it listens, e.g. `http://127.0.0.1:7480`. */
  readonly url: string;
  readonly registry: Registry;
  readonly readiness: Readiness;
}

/**
 * Starts an HTTP service: the module's routes, behind the token and the roles guard, with problem documents, zod
 * validation, OpenAPI under `/docs`, health and metrics. `app.close()` stops it: it takes no new requests, finishes
 * those in hand and runs the module's shutdown hooks.
 * @throws Error where the port is taken or the module cannot be built
 */
export async function startHttpApp(module: Type | DynamicModule, options: HttpAppOptions): Promise<RunningHttpApp> {
  const { host, port, token, logger } = options;
  const registry = options.registry ?? createRegistry();
  const readiness = options.readiness ?? new Readiness(systemClock);

  // 1. The server, with what must hold for every request, also for those that meet no route.
  const wanted = digestOf(token);
  const adapter = fastifyAdapter(logger, options.bodyLimit ?? 1_048_576, wanted);
  const logRequest = requestLog(registry, logger);
  adapter.getInstance().decorateRequest('identity', null);
  // This hook runs before any that Nest, Swagger or a module adds: nothing is answered to whoever is not let in.
  adapter.setOnRequestHook((request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void) => {
    setResponseHeaders(request, reply);
    const admitted = admit(request, reply, wanted);
    if (admitted === true) next();
    else admitted.catch(next);
  });
  adapter.setOnResponseHook((request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    logRequest(request, reply);
    done();
  });

  // 2. The application around the module.
  const root = HttpAppModule.around(module, { logger, registry, readiness });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bufferLogs: true,
    abortOnError: false,
  });
  try {
    app.useLogger(app.get(NestLogger));
    serveApiDocumentation(app, {
      title: options.title,
      version: options.version ?? '1',
      ...(options.description !== undefined && { description: options.description }),
    });
    await options.configure?.(app);

    // 3. Listen.
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw error;
  }
  return { app, url: urlOf(app.getHttpServer().address() as AddressInfo), registry, readiness };
}

function fastifyAdapter(logger: Logger, bodyLimit: number, wanted: Buffer): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    genReqId: requestId,
    childLoggerFactory: (_parent: FastifyBaseLogger, bindings: Bindings) => new RequestLogger(logger, bindings),
    // Errors before any route is looked for (a path that cannot be decoded): the same rules hold for them.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      void refuseUnroutable(error, request, reply, wanted);
    },
  });
}

async function refuseUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply, wanted: Buffer) {
  setResponseHeaders(request, reply);
  if (!(await admit(request, reply, wanted))) return;
  const status = error.statusCode ?? 400;
  await sendProblem(reply, new Problem(status, 'malformed-path', 'Bad Request', error.message), request.id);
}

/** The caller's own id where it is fit to be logged, else a new one. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
