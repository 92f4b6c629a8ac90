import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { operationExample, transactionExample } from '@weir/contracts';
import { Roles } from '@weir/platform/auth';
import { Problem } from '@weir/platform/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { factContentTypes, rawFactsRoute } from './accept-raw-facts';
import { FactDoor, mostFacts } from './fact-door';
import { ReceiptDto, receiptExample, type Receipt } from './receipt.dto';
import type { RawBody } from './raw-body';

const description = `Takes in one fact (a JSON object), a list of facts (a JSON array) or JSON Lines, at most ${mostFacts} facts or 1 MiB.

Each fact is accepted or refused by itself. The answer is 200 whenever the facts of the body could be told apart, also when some or all of them were refused: read \`results\`. An accepted fact has been acknowledged by the log and is not lost; a refused one is kept with its original bytes as a dead letter. Sending the same fact again changes nothing, so after a 503 or a broken connection send everything again.`;

/** `POST /v1/facts`: the door for upstream systems without Kafka. */
@ApiTags('facts')
@Controller('v1/facts')
@Roles('publisher')
export class FactsController {
  constructor(@Inject(FactDoor) private readonly door: FactDoor) {}

  @Post()
  @HttpCode(200)
  @RouteConfig(rawFactsRoute)
  @ApiOperation({ operationId: 'publishFacts', summary: 'Publish facts', description })
  @ApiConsumes('application/json', 'application/x-ndjson', 'application/jsonl')
  @ApiBody({
    required: true,
    schema: { description: 'A fact, or a list of them; see the schema of a fact.' },
    examples: {
      one: { summary: 'One fact', value: transactionExample },
      several: { summary: 'A list', value: [transactionExample, operationExample] },
    },
  })
  @ApiResponse({ status: 200, type: ReceiptDto, description: 'What became of each fact.', example: receiptExample })
  @ApiResponse({ status: 400, description: 'No facts can be told apart in the body; it is kept as one dead letter.' })
  @ApiResponse({ status: 413, description: 'More than 1 MiB or too many facts; hash and first 64 KiB are kept.' })
  @ApiResponse({ status: 415, description: 'Another content type or a compressed body.' })
  @ApiResponse({ status: 503, description: 'The log does not answer: nothing is accepted. See Retry-After.' })
  async publish(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Receipt> {
    const { body } = request;
    if (!isRawBody(body)) {
      const detail = `Send the facts uncompressed as ${factContentTypes.join(' or ')}.`;
      throw new Problem(415, 'unsupported-media-type', 'Unsupported Media Type', detail);
    }
    try {
      return await this.door.accept(body, request.id);
    } catch (error) {
      if (error instanceof Problem && error.status === 503) reply.header('retry-after', '5');
      // The rest of a body that was not read to its end would be taken for the next request.
      if (error instanceof Problem && error.status === 413) reply.header('connection', 'close');
      throw error;
    }
  }
}

const isRawBody = (body: unknown): body is RawBody =>
  typeof body === 'object' && body !== null && (Object.hasOwn(body, 'bytes') || Object.hasOwn(body, 'head'));
