import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, openRoutes, type Refusal } from '../auth';
import { Problem } from './problem';
import { sendProblem } from './send-problem';

/**
 * Lets a request in by its token, or answers it with 401. Every path asks for it, also those that do not exist, but
 * for the open routes.
 * @param wanted digest of the token
 * @returns true at once where the request may go on; else false once it is answered
 */
export function admit(request: FastifyRequest, reply: FastifyReply, wanted: Buffer): true | Promise<false> {
  request.identity = null;
  // The route as registered, not the path as sent: how a path is written cannot open another route.
  if (!request.is404 && openRoutes.has(request.routeOptions.url ?? '')) return true;
  const path = request.url.split('?', 1)[0] ?? '';
  const outcome = authenticate(request.headers.authorization, path, wanted);
  if ('subject' in outcome) {
    request.identity = outcome;
    return true;
  }
  return refuse(outcome, request, reply);
}

async function refuse({ challenge, detail }: Refusal, request: FastifyRequest, reply: FastifyReply): Promise<false> {
  reply.header('www-authenticate', challenge);
  await sendProblem(reply, new Problem(401, 'not-authenticated', 'Unauthorized', detail), request.id);
  return false;
}
