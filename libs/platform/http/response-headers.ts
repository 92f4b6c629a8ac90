import type { FastifyReply, FastifyRequest } from 'fastify';

const api = "default-src 'none'; frame-ancestors 'none'";
/** Swagger's page has style elements of its own and draws its icons from data URLs; its scripts are files. */
const documentation =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every answer: the request's id, and what browsers must not do with it. No origin is allowed by CORS. */
export function setResponseHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'content-security-policy': /^\/docs(?:[/?]|$)/.test(request.url) ? documentation : api,
  });
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
}
