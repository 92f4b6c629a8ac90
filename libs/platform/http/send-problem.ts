import type { FastifyReply } from 'fastify';
import { problemContentType, problemDocument, type Problem } from './problem';

/** Answers with the problem's document. */
export async function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): Promise<void> {
  // As a string: the document is serialized as it is, whatever schema the route has for its answers.
  await reply
    .status(problem.status)
    .header('content-type', problemContentType)
    .send(JSON.stringify(problemDocument(problem, requestId)));
}
