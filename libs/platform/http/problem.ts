import { HttpException, HttpStatus } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';

/** A problem document as sent (RFC 9457), with Weir's members `code` and `requestId`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable: what programs may act on. */
  readonly code: string;
  readonly detail?: string;
  readonly requestId: string;
  readonly [extra: string]: unknown;
}

/** What a handler throws to answer with a problem document. */
export class Problem extends Error {
  /**
   * @param status HTTP status, from 400
   * @param code stable code, e.g. `alert-not-found`
   * @param title what kind of problem it is, the same for every occurrence
   * @param detail what is wrong this time and how to mend it
   * @param extra further members of the document
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail?: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? title);
    this.name = 'Problem';
  }
}

export const problemContentType = 'application/problem+json; charset=utf-8';

/** Codes of the problems that the framework itself raises, by status. */
const codes: Readonly<Record<number, string>> = {
  [HttpStatus.BAD_REQUEST]: 'malformed-request',
  [HttpStatus.UNAUTHORIZED]: 'not-authenticated',
  [HttpStatus.FORBIDDEN]: 'not-allowed',
  [HttpStatus.NOT_FOUND]: 'not-found',
  [HttpStatus.METHOD_NOT_ALLOWED]: 'method-not-allowed',
  [HttpStatus.NOT_ACCEPTABLE]: 'not-acceptable',
  [HttpStatus.CONFLICT]: 'conflict',
  [HttpStatus.PAYLOAD_TOO_LARGE]: 'too-large',
  [HttpStatus.URI_TOO_LONG]: 'uri-too-long',
  [HttpStatus.UNSUPPORTED_MEDIA_TYPE]: 'unsupported-media-type',
  [HttpStatus.UNPROCESSABLE_ENTITY]: 'invalid-request',
  [HttpStatus.TOO_MANY_REQUESTS]: 'too-many-requests',
  [HttpStatus.SERVICE_UNAVAILABLE]: 'unavailable',
};

/**
 * Any thrown value as a problem. What is not meant for the client (an unexpected error's text, a 500's message) stays
 * in the log, where the request id finds it.
 */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof HttpException && thrown.getStatus() !== 500) {
    const status = thrown.getStatus();
    const { code, message, extra } = told(thrown.getResponse());
    return new Problem(status, code ?? codes[status] ?? 'refused', titleOf(status), message ?? thrown.message, extra);
  }
  return new Problem(
    500,
    'internal-error',
    titleOf(500),
    'Something went wrong; the log has it under this request id.',
  );
}

interface Told {
  readonly code?: string;
  readonly message?: string;
  readonly extra?: Record<string, unknown>;
}

/** What an HttpException carries: a text, Nest's own `{statusCode, message, error}`, or an object with a `code`. */
function told(response: string | object): Told {
  if (typeof response === 'string') return { message: response };
  const { code, message, statusCode: _status, error: _error, ...extra } = response as Record<string, unknown>;
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof message === 'string' && { message }),
    ...(typeof code === 'string' && { extra }),
  };
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}

/** The document of a problem, its own members before the further ones so that none is overwritten. */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  return {
    ...problem.extra,
    type: `urn:problem-type:weir:${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail !== undefined && { detail: problem.detail }),
    requestId,
  };
}
