import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, openRoutes } from '../auth';
import { Problem } from './problem';
import { sendProblem } from './send-problem';

/**
 * Lets a request in by its token, or answers it with 401. Every path asks for it, also those that do not exist, but
 * for the open routes.
 * @returns true where the request may go on
 */
export async function admit(request: FastifyRequest, reply: FastifyReply, token: string): Promise<boolean> {
  request.identity = null;
  // The route as registered, not the path as sent: how a path is written cannot open another route.
  if (!request.is404 && openRoutes.has(request.routeOptions.url ?? '')) return true;
  const path = request.url.split('?', 1)[0] ?? '';
  const outcome = authenticate(request.headers.authorization, path, token);
  if ('subject' in outcome) {
    request.identity = outcome;
    return true;
  }
  reply.header('www-authenticate', outcome.challenge);
  await sendProblem(reply, new Problem(401, 'not-authenticated', 'Unauthorized', outcome.detail), request.id);
  return false;
}
