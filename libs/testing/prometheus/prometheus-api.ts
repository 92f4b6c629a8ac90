/** One series of an answer, with its value now; the value may be `NaN`. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Answer =
  | { readonly status: 'success'; readonly data: unknown }
  | { readonly status: 'error'; readonly errorType: string; readonly error: string };

/**
 * Calls Prometheus's HTTP API under `/api/v1/`; gives the answer's `data`.
 * @throws Error with what Prometheus says where it refuses
 */
export async function callPrometheus(
  url: string,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const text = await response.text();
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch (error) {
    throw new Error(`Prometheus answered ${response.status} with no JSON to ${path}: ${text}`, { cause: error });
  }
  if (answer.status === 'success') return answer.data;
  const asked = parameters['query'] ?? path;
  throw new Error(`Prometheus says ${answer.errorType}: ${answer.error}\n  asked: ${asked}`);
}

/** The samples of an instant query's answer; a scalar is one without labels. */
export function readVector(data: unknown): readonly Sample[] {
  const answer = data as
    | {
        resultType: 'vector';
        result: readonly { metric: Record<string, string>; value: readonly [number, string] }[];
      }
    | { resultType: 'scalar'; result: readonly [number, string] }
    | { resultType: 'matrix' | 'string' };
  switch (answer.resultType) {
    case 'vector':
      return answer.result.map(({ metric, value: [, text] }) => ({ labels: metric, value: readNumber(text) }));
    case 'scalar':
      return [{ labels: {}, value: readNumber(answer.result[1]) }];
    case 'matrix':
    case 'string':
      throw new Error(`The query gives a ${answer.resultType}, not one value per series.`);
  }
}

/** Prometheus writes infinity as `+Inf` and `-Inf`. */
function readNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
