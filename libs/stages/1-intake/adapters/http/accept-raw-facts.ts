import type { Readable } from 'node:stream';
import { maxFactBytes } from '@weir/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readBody, type BodyForm } from './raw-body';

/** Set in the configuration of a route whose body is wanted as bytes. */
export const rawFactsRoute = { rawFacts: true } as const;

/** Content types of facts, and how their bodies are told apart. */
const forms: ReadonlyMap<string, BodyForm> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
]);

/** Content types of facts as messages name them. */
export const factContentTypes = [...forms.keys()];

const internalType = (form: BodyForm): string => `application/vnd.weir.facts.${form}`;

/**
 * Lets routes marked with `rawFactsRoute` have their body as bytes (`RawBody`), whatever its size: dead letters need
 * what was sent, not what was understood. Fastify chooses the parser by content type alone, for all routes, so a
 * request to a marked route is given a content type of its own before its body is read. Other routes see no change.
 */
export function acceptRawFacts(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { config } = request.routeOptions;
    if ('rawFacts' in config && config.rawFacts === true) {
      const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      const form = forms.get(type);
      const encoding = request.headers['content-encoding'] ?? 'identity';
      // Without a parser of ours the request ends in 415, here or in the controller.
      if (form !== undefined && encoding === 'identity') request.headers['content-type'] = internalType(form);
    }
    done();
  });
  for (const form of new Set(forms.values())) {
    fastify.addContentTypeParser(internalType(form), (_request: FastifyRequest, payload: Readable) =>
      readBody(payload, form, maxFactBytes),
    );
  }
}
