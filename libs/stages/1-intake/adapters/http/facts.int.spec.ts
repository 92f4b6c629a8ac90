import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Writable } from 'node:stream';
import { headers, operationExample, transactionExample } from '@weir/contracts';
import type { DynamicModule } from '@nestjs/common';
import { homePartition } from '@weir/domain';
import { CLOCK } from '@weir/platform/clock';
import { createLogger } from '@weir/platform/logging';
import { startHttpApp, type RunningHttpApp } from '@weir/platform/http';
import { RECORD_LOG, RecordTooLarge, type NewRecord, type Position } from '@weir/platform/record-log';
import { IntakeModule } from '../../intake.module';
import { createRegistry } from '@weir/platform/metrics';
import { receiptSchema } from './receipt.dto';

const partitions = 4;
const token = 'a-token-for-this-test-only';
const arrival = Date.UTC(2026, 10, 22, 12);

/** Takes records as a log would, or fails, or never answers, as the test says. */
class LogOfTest {
  readonly sent = new Map<string, NewRecord[]>();
  behaviour: 'acknowledge' | 'fail' | 'hang' | 'too-large' = 'acknowledge';
  failingTopic: string | undefined;
  /** Most bytes of a value, by topic. */
  readonly limits = new Map<string, number>();

  send(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    if (this.behaviour === 'too-large') return Promise.reject(new RecordTooLarge(topic, 1_000));
    if (this.behaviour === 'hang') return new Promise(() => undefined);
    if (this.behaviour === 'fail' || topic === this.failingTopic) return Promise.reject(new Error('broker is away'));
    const over = records.find(({ value }) => (value?.length ?? 0) > (this.limits.get(topic) ?? Infinity));
    if (over !== undefined) return Promise.reject(new RecordTooLarge(topic, over.value?.length ?? 0));
    const all = this.sent.get(topic) ?? [];
    const first = all.length;
    this.sent.set(topic, [...all, ...records]);
    return Promise.resolve(
      records.map(({ key }, i) => ({ partition: homePartition(String(key), partitions), offset: first + i })),
    );
  }
}

class PortsOfTest {}
class AppOfTest {}

let log: LogOfTest;
let running: RunningHttpApp;
const registry = createRegistry();

beforeAll(async () => {
  const lines = new Writable({ write: (_chunk, _encoding, done) => done() });
  log = new LogOfTest();
  const standing = { send: (...args: Parameters<LogOfTest['send']>) => log.send(...args) };
  const settings = {
    partitions,
    maxFutureMs: 86_400_000,
    factsTopic: 'facts',
    deadLettersTopic: 'letters',
    acknowledgeWithinMs: 200,
    mostRequestsInHand: 3,
  };
  const ports: DynamicModule = {
    module: PortsOfTest,
    global: true,
    providers: [
      { provide: RECORD_LOG, useValue: standing },
      { provide: CLOCK, useValue: () => arrival },
    ],
    exports: [RECORD_LOG, CLOCK],
  };
  running = await startHttpApp(
    { module: AppOfTest, imports: [ports, IntakeModule.with(settings)] },
    {
      host: '127.0.0.1',
      port: 0,
      title: 'Intake',
      token,
      registry,
      logger: createLogger({ level: 'info', pretty: false }, lines),
    },
  );
});
afterAll(() => running.app.close());
beforeEach(() => {
  log = new LogOfTest();
});

async function post(body: string | Buffer, more: Record<string, string> = {}) {
  const response = await fetch(`${running.url}/v1/facts`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-request-id': 'req-1',
      ...more,
    },
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
const letters = () =>
  (log.sent.get('letters') ?? []).map(({ value, headers: h = {} }) => [
    h[headers.origin],
    h[headers.reason],
    value?.toString('utf8'),
  ]);
const plain = JSON.stringify(transactionExample);
const jsonLines = { 'content-type': 'application/x-ndjson' };

describe('POST /v1/facts', () => {
  it('given one fact, answers with where the log acknowledged it, and sends its very bytes under its home key', async () => {
    const written = ` ${plain.replace('"id"', '"\\u0069d"')}\n`;
    const answer = await post(written);
    expect(answer.status).toBe(200);
    expect(receiptSchema.parse(answer.body)).toEqual({
      accepted: 1,
      refused: 0,
      results: [
        {
          index: 0,
          outcome: 'accepted',
          topic: 'facts',
          partition: homePartition(String(transactionExample.accountId), partitions),
          offset: 0,
        },
      ],
    });
    expect(log.sent.get('facts')).toEqual([
      {
        key: Buffer.from(String(transactionExample.accountId)),
        value: Buffer.from(written),
        headers: { [headers.origin]: 'http/req-1/0' },
      },
    ]);
    expect(letters()).toEqual([]);
  });

  it('given a list with refused facts between accepted ones, tells each its fate and keeps the exact bytes of the refused', async () => {
    const answer = await post(`[ ${plain}, {"a":NaN} ,\n${JSON.stringify(operationExample)}, {"id" : "X"}, ]`);
    expect(answer.status).toBe(200);
    const { results, ...counts } = receiptSchema.parse(answer.body);
    expect(counts).toEqual({ accepted: 2, refused: 3 });
    expect(results.map((one) => [one.index, one.outcome === 'refused' ? one.reason : one.outcome])).toEqual([
      [0, 'accepted'],
      [1, 'not-json'],
      [2, 'accepted'],
      [3, 'missing-field'],
      [4, 'not-json'],
    ]);
    expect(letters()).toEqual([
      ['http/req-1/1', 'not-json', '{"a":NaN}'],
      ['http/req-1/3', 'missing-field', '{"id" : "X"}'],
      ['http/req-1/4', 'not-json', ''],
    ]);
    expect(log.sent.get('facts')?.map(({ value }) => String(value))).toEqual([plain, JSON.stringify(operationExample)]);
  });

  it.each(['', ' '])(
    'given a list with %j between facts whose texts look like its joints, sends their very bytes',
    async (gap) => {
      const facts = [1, 2, 3].map((n) =>
        JSON.stringify({ ...transactionExample, id: `T${n}`, remark: 'a "}",{"},{ b' }),
      );
      const answer = await post(`[${facts.join(`,${gap}`)}]`);
      expect(answer.body).toMatchObject({ accepted: 3, refused: 0 });
      expect(log.sent.get('facts')?.map(({ value }) => String(value))).toEqual(facts);
    },
  );

  it('given JSON Lines, reads each line', async () => {
    const answer = await post(`${plain}\r\n\n${plain}x\n${plain}`, {
      'content-type': 'application/x-ndjson; charset=utf-8',
    });
    expect(answer.body).toMatchObject({ accepted: 2, refused: 1 });
    expect(letters()).toEqual([['http/req-1/1', 'not-json', `${plain}x`]]);
  });

  it.each([
    ['hello', 'not-json'],
    ['', 'not-json'],
    [Buffer.from([0xff, 0xfe]), 'invalid-encoding'],
    ['[{"a":1}', 'not-json'],
    ['[1}', 'not-json'],
  ])('given %j, which is no JSON, answers 400 and keeps it as one dead letter', async (body, reason) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, body: { code: reason, reason } });
    expect(log.sent.get('letters')).toMatchObject([
      { key: null, value: Buffer.from(body as string), headers: { [headers.origin]: 'http/req-1/0' } },
    ]);
    expect(log.sent.has('facts')).toBe(false);
  });

  it('given an empty list, answers that nothing was accepted', async () => {
    expect((await post('[]')).body).toEqual({ accepted: 0, refused: 0, results: [] });
  });

  it('given exactly 1 MiB it is read; given one byte more it is refused, its hash and first 64 KiB kept', async () => {
    const padded = (length: number) => Buffer.from(`${plain}${' '.repeat(length - plain.length)}`);
    expect((await post(padded(1_048_576))).status).toBe(200);
    const body = padded(1_048_577);
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
    expect(log.sent.get('letters')).toMatchObject([
      {
        value: body.subarray(0, 65_536),
        headers: {
          [headers.reason]: 'too-large',
          [headers.sha256]: createHash('sha256').update(body).digest('hex'),
          [headers.length]: '1048577',
        },
      },
    ]);
  });

  it('given 1,000 facts they are read; given one more, none is', async () => {
    const facts = (count: number) => `[${Array.from({ length: count }, () => '{}').join(',')}]`;
    expect((await post(facts(1_000))).body).toMatchObject({ accepted: 0, refused: 1_000 });
    expect(await post(facts(1_001))).toMatchObject({ status: 413, body: { code: 'too-large' } });
    expect(letters()).toHaveLength(1_001);
  });

  it('given a body without end, gives up after 64 MiB, having kept what is kept of it', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x');
    await new Promise<void>((resolve, reject) => {
      const sending = httpRequest(`${running.url}/v1/facts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      let left = 80;
      const write = (): void => {
        while (left-- > 0) if (!sending.write(chunk)) return void sending.once('drain', write);
      };
      sending.on('response', (response) => {
        response.resume();
        if (response.statusCode === 413) resolve();
        else reject(new Error(`Status ${response.statusCode}.`));
        sending.destroy();
      });
      // The door closes while this still writes: whichever of the answer and the closed pipe is seen first will do.
      sending.on('error', (error: NodeJS.ErrnoException) =>
        sending.destroyed || error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve() : reject(error),
      );
      write();
    });
    await until(() => log.sent.get('letters') !== undefined);
    expect(log.sent.get('letters')).toHaveLength(1);
    expect(log.sent.get('letters')?.[0]?.headers).not.toHaveProperty(headers.sha256);
  });

  it.each([
    ['application/x-www-form-urlencoded', {}],
    ['text/plain', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('given the content type %s %j, answers 415', async (type, more) => {
    const answer = await post(plain, { 'content-type': type, ...more });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    expect(log.sent.size).toBe(0);
  });

  it.each(['fail', 'hang'] as const)(
    'given a log that does not acknowledge (%s), answers 503 and claims nothing',
    async (behaviour) => {
      log.behaviour = behaviour;
      const answer = await post(`[${plain},{}]`);
      expect(answer).toMatchObject({ status: 503, body: { code: 'log-unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    },
  );

  it('given a fact above the limit of its topic, keeps its bytes as a dead letter and takes in the others', async () => {
    log.limits.set('facts', 1_000);
    const large = JSON.stringify({ ...transactionExample, id: 'LARGE', attributes: { note: 'x'.repeat(100_000) } });
    const answer = await post(`[${plain},{},${large},${plain}]`);
    expect(answer.status).toBe(200);
    const { results, ...counts } = receiptSchema.parse(answer.body);
    expect(counts).toEqual({ accepted: 2, refused: 2 });
    expect(results).toMatchObject([
      { outcome: 'accepted', offset: 0 },
      { outcome: 'refused', reason: 'missing-field' },
      {
        outcome: 'refused',
        reason: 'too-large',
        message: expect.stringMatching(/"facts" does not take.*max\.message/) as string,
      },
      { outcome: 'accepted', offset: 1 },
    ]);
    expect(log.sent.get('facts')?.map(({ value }) => String(value))).toEqual([plain, plain]);
    expect(letters()).toEqual([
      ['http/req-1/1', 'missing-field', '{}'],
      ['http/req-1/2', 'too-large', large],
    ]);
  });

  it('given a dead letter above the limit of its topic, keeps its first 64 KiB, and their hash and length', async () => {
    log.limits.set('letters', 70_000);
    const broken = Buffer.from(`{"id":"${'x'.repeat(100_000)}`);
    expect((await post(Buffer.concat([Buffer.from(`${plain}\n`), broken]), jsonLines)).body).toMatchObject({
      accepted: 1,
      refused: 1,
    });
    expect(log.sent.get('letters')).toMatchObject([
      {
        value: broken.subarray(0, 65_536),
        headers: {
          [headers.reason]: 'not-json',
          [headers.sha256]: createHash('sha256').update(broken).digest('hex'),
          [headers.length]: String(broken.length),
        },
      },
    ]);
  });

  it('given topics that take neither a fact nor its dead letter, answers 413 instead of asking for another try', async () => {
    log.behaviour = 'too-large';
    const answer = await post(plain);
    expect(answer).toMatchObject({ status: 413, body: { code: 'record-too-large' } });
    expect(answer.headers.get('retry-after')).toBeNull();
  });

  it('given a log that refuses the dead letters, sends no facts either', async () => {
    log.failingTopic = 'letters';
    expect((await post(`[${plain},{}]`)).status).toBe(503);
    expect(log.sent.size).toBe(0);
  });

  it('given more requests in hand than allowed, answers 503 at once', async () => {
    log.behaviour = 'hang';
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(plain)));
    expect(answers.map(({ body }) => body['code']).sort()).toEqual([
      'busy',
      'log-unavailable',
      'log-unavailable',
      'log-unavailable',
    ]);
  });

  it('given no token, refuses before the body is read', async () => {
    const answer = await post(plain, { authorization: 'Bearer wrong' });
    expect(answer.status).toBe(401);
    expect(log.sent.size).toBe(0);
  });

  it('counts what came in by outcome and reason', async () => {
    const before = await registry.metrics();
    await post(`[${plain},{}]`);
    const after = await registry.metrics();
    const count = (text: string, line: string) =>
      Number(
        text
          .split('\n')
          .find((one) => one.startsWith(line))
          ?.split(' ')[1],
      );
    for (const line of [
      'weir_http_facts_total{outcome="accepted",reason=""}',
      'weir_http_facts_total{outcome="refused",reason="missing-field"}',
      'weir_dead_letters_total{reason="missing-field"}',
    ]) {
      expect(count(after, line)).toBe(count(before, line) + 1);
    }
  });

  it('is described in OpenAPI with its examples', async () => {
    const response = await fetch(`${running.url}/docs-json`, { headers: { authorization: `Bearer ${token}` } });
    const document = (await response.json()) as { paths: Record<string, { post: Record<string, unknown> }> };
    const operation = document.paths['/v1/facts']?.post;
    expect(operation).toMatchObject({ operationId: 'publishFacts' });
    expect(Object.keys(operation?.['responses'] as object)).toEqual(['200', '400', '413', '415', '503']);
    expect(JSON.stringify(operation)).toContain('time-without-zone');
  });
});

/** Waits for what the door does after it has answered. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 4_000; !holds() && performance.now() < end;) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
