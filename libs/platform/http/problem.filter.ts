import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './send-problem';
import { toProblem } from './problem';

/** The one place where a thrown value becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = toProblem(thrown);
    if (problem.status >= 500) {
      request.log.error({ err: thrown, code: problem.code }, 'a request failed');
    }
    if (reply.sent) {
      this.logger.error(`Request ${request.id} failed after its answer had begun; the connection is cut.`);
      reply.raw.destroy();
      return;
    }
    await sendProblem(reply, problem, request.id);
  }
}
