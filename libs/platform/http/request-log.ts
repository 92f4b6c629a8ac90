import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';
import { openRoutes } from '../auth';

/** Logs and measures each answered request once; probes and scrapes are logged at `debug` only. */
export function requestLog(registry: Registry, logger: Logger): (request: FastifyRequest, reply: FastifyReply) => void {
  // The line holds nothing but what is put together here, no secret and no account: looking for some takes twenty times as long as it.
  const lines = logger.child({}, { redact: [] });
  const duration = new Histogram({
    name: 'weir_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return (request, reply) => {
    // The route as registered, never the path as sent: labels stay few. Unknown methods have no route.
    const route = (request.is404 ? undefined : request.routeOptions.url) ?? 'none';
    const method = route === 'none' ? 'any' : request.method;
    duration.observe({ method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    const { id: reqId, method: sent } = request;
    const line = { reqId, method: sent, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (openRoutes.has(route) && reply.statusCode < 500) lines.debug(line, 'request');
    else lines.info({ ...line, subject: request.identity?.subject }, 'request');
  };
}
