import { Body, Controller, Get, Module, NotFoundException, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { z } from 'zod';
import { Public, Roles } from '../auth';
import { createLogger } from '../logging';
import { Problem, startHttpApp, type RunningHttpApp } from './index';

class Order extends createZodDto(
  z.object({ amount: z.string().regex(/^\d+$/), note: z.string().nullish(), tags: z.array(z.string()).optional() }),
) {}
class Page extends createZodDto(
  z.object({ limit: z.coerce.number().int().max(10).default(5), after: z.string().nullish() }),
) {}

@Controller('v1')
class OrdersController {
  @Post('orders')
  @Roles('publisher')
  create(@Body() order: Order) {
    return { taken: order.amount };
  }
  @Get('orders')
  @Roles('analyst', 'auditor')
  list(@Query() page: Page, @Req() request: FastifyRequest) {
    return { limit: page.limit, by: request.identity?.subject };
  }
  @Get('open')
  @Public()
  open() {
    return 'open to all who are let in';
  }
  @Get('forgotten')
  forgotten() {
    return 'nobody said who may see this';
  }
  @Get('missing')
  @Public()
  missing() {
    throw new Problem(404, 'order-missing', 'No such order', 'There is no order 7.', { order: 7, code: 'not this' });
  }
  @Get('nest')
  @Public()
  nest() {
    throw new NotFoundException('not here');
  }
  @Get('broken')
  @Public()
  broken() {
    throw new Error('the password is hunter2');
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

const token = 'a-token-for-this-test-only';
const lines: string[] = [];
const log = new Writable({
  write(chunk, _, done) {
    lines.push(String(chunk));
    done();
  },
});
let running: RunningHttpApp;
let failing = false;

beforeAll(async () => {
  const logger = createLogger({ level: 'debug', pretty: false }, log);
  running = await startHttpApp(OrdersModule, {
    host: '127.0.0.1',
    port: 0,
    title: 'Orders',
    token,
    bodyLimit: 2_000,
    logger,
  });
  running.readiness.add('store', () => (failing ? Promise.reject(new Error('store is away')) : Promise.resolve()));
});
afterAll(() => running.app.close());

async function call(path: string, init: RequestInit & { as?: string | null } = {}) {
  const { as = `Bearer ${token}`, headers, ...rest } = init;
  const response = await fetch(`${running.url}${path}`, {
    ...rest,
    headers: { ...(as === null ? {} : { authorization: as }), ...(headers as Record<string, string>) },
  });
  const text = await response.text();
  const json = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json ? (JSON.parse(text) as unknown) : text,
  };
}

async function expectProblem(path: string, init: Parameters<typeof call>[1], status: number, code: string) {
  const answer = await call(path, init);
  expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
    path,
    status,
    'application/problem+json; charset=utf-8',
  ]);
  expect(answer.body).toMatchObject({
    type: `urn:problem-type:weir:${code}`,
    status,
    code,
    title: expect.any(String) as string,
    requestId: answer.headers.get('x-request-id'),
  });
  return answer;
}

const post = (body: string, type = 'application/json') => ({ method: 'POST', body, headers: { 'content-type': type } });

describe('who is let in', () => {
  test.each([
    '/v1/orders',
    '/v1/open',
    '/nowhere',
    '/docs',
    '/docs/',
    '/docs-json',
    '/docs-yaml',
    '/docs/swagger-ui.css',
    '/docs/swagger-ui-init.js',
    '/',
    '/health',
    '/metrics/x',
    '//metrics',
    '/health/live/..%2f..%2fv1',
    '/%zz',
    '/metrics%00',
  ])('given no token, %s is refused with 401', async (path) => {
    const { headers } = await expectProblem(path, { as: null }, 401, 'not-authenticated');
    expect(headers.get('www-authenticate')).toMatch(
      path.startsWith('/docs') ? /^Basic .*, Bearer realm="weir"$/ : /^Bearer realm="weir"/,
    );
  });

  test.each(['Bearer wrong', `bearer ${token}x`, `Basic ${btoa(`x:${token}`)}`, 'Bearer', `Bearer ${token} x`, token])(
    'given %p as authorization, an API route is refused',
    (as) => expectProblem('/v1/open', { as }, 401, 'not-authenticated'),
  );

  test('given the token, routes answer with what they have, and know who asks', async () => {
    expect((await call('/v1/orders?limit=3')).body).toEqual({ limit: 3, by: 'local' });
    expect((await call('/v1/open', { as: `bearer ${token}` })).status).toBe(200);
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE-ME'])(
    'given no token, %s of a route is not answered',
    async (method) => {
      const { hostname, port } = new URL(running.url);
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(Number(port), hostname, () =>
          socket.end(`${method} /v1/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
        );
        socket
          .on('data', (chunk) => (text += chunk.toString()))
          .on('end', () => resolve(text))
          .on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1.1 40[01] /);
      expect(answer).not.toContain('access-control-allow');
    },
  );

  test('given a route that does not say who may use it, it is refused and named in the log at start', async () => {
    await expectProblem('/v1/forgotten', {}, 403, 'route-without-roles');
    expect(lines.some((line) => line.includes('forgotten (OrdersController.forgotten)'))).toBe(true);
  });

  test('given a browser, the documentation opens by HTTP Basic with the token as password', async () => {
    const basic = `Basic ${btoa(`anyone:${token}`)}`;
    const challenge = (await call('/docs', { as: null })).headers.get('www-authenticate');
    expect(challenge).toContain('Basic realm="weir"');
    for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui-init.js', '/docs-yaml']) {
      expect([path, (await call(path, { as: basic })).status]).toEqual([path, 200]);
    }
    await expectProblem('/docs', { as: `Basic ${btoa('x:wrong')}` }, 401, 'not-authenticated');
    await expectProblem('/docsx', { as: basic }, 401, 'not-authenticated');
  });
});

describe('problem documents', () => {
  test('404 of a path that does not exist', () => expectProblem('/nowhere', {}, 404, 'not-found'));
  test('404 of a method that a path does not have', () =>
    expectProblem('/v1/orders', { method: 'DELETE' }, 404, 'not-found'));
  test("404 thrown as Nest's own exception", () => expectProblem('/v1/nest', {}, 404, 'not-found'));
  test('400 of a path that cannot be decoded', () => expectProblem('/%zz', {}, 400, 'malformed-path'));
  test('400 of a body that is not JSON', () =>
    expectProblem('/v1/orders', post('{"amount":'), 400, 'malformed-request'));
  test('400 of a body with __proto__', () =>
    expectProblem('/v1/orders', post('{"__proto__":{}}'), 400, 'malformed-request'));
  test('413 of a body over the limit', () =>
    expectProblem('/v1/orders', post(`"${'x'.repeat(2_001)}"`), 413, 'too-large'));
  test('415 of an unknown content type', () =>
    expectProblem('/v1/orders', post('<a/>', 'text/xml'), 415, 'unsupported-media-type'));

  test('422 of input against its schema, each place named', async () => {
    const { body } = await expectProblem('/v1/orders', post('{"amount":"1.5","note":4}'), 422, 'invalid-request');
    expect((body as { violations: { path: string }[] }).violations.map(({ path }) => path)).toEqual(['amount', 'note']);
    await expectProblem('/v1/orders?limit=11', {}, 422, 'invalid-request');
  });

  test('a thrown Problem with its members, which cannot overwrite the standard ones', async () => {
    const { body } = await expectProblem('/v1/missing', {}, 404, 'order-missing');
    expect(body).toMatchObject({ title: 'No such order', detail: 'There is no order 7.', order: 7 });
  });

  test('500 of an unexpected error tells nothing but the request id, which finds it in the log', async () => {
    const { text, headers } = await expectProblem(
      '/v1/broken',
      { headers: { 'x-request-id': 'call-17' } },
      500,
      'internal-error',
    );
    expect(text).not.toContain('hunter2');
    expect(headers.get('x-request-id')).toBe('call-17');
    const line = lines.find((text) => text.includes('call-17') && text.includes('hunter2'));
    expect(line).toContain('"stack"');
  });

  test('a request id that is not fit to be logged is replaced', async () => {
    const { headers } = await call('/v1/open', { headers: { 'x-request-id': 'a b"' } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what every service has', () => {
  test('the OpenAPI 3.1 document names routes, schemas and the bearer scheme', async () => {
    const { body } = await call('/docs-json');
    expect(body).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Orders' },
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    });
    const document = body as {
      paths: Record<string, { get: { parameters: unknown } }>;
      components: { schemas: Record<string, { properties: object }> };
    };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/v1/orders', '/health/live', '/health/ready']),
    );
    expect(document.components.schemas['Order']?.properties).toMatchObject({
      amount: { type: 'string' },
      note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      tags: { type: 'array', items: { type: 'string' } },
    });
    expect(document.paths['/v1/orders']?.get.parameters).toEqual([
      expect.objectContaining({ name: 'limit', in: 'query', required: false }),
      expect.objectContaining({ name: 'after', schema: { anyOf: [{ type: 'string' }, { type: 'null' }] } }),
    ]);
    expect(JSON.stringify(document)).not.toContain('nestjs_zod');
  });

  test('live, ready and metrics answer without a token; ready names what is wrong', async () => {
    expect((await call('/health/live', { as: null })).body).toEqual({ status: 'ok' });
    const ready = async () => (await call('/health/ready', { as: null })).body;
    expect(await ready()).toEqual({ status: 'ok', checks: [{ name: 'store', status: 'ok' }] });
    failing = true;
    running.readiness.add('other', () => Promise.resolve());
    const answer = await call('/health/ready', { as: null });
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({
      status: 'error',
      checks: [
        { name: 'store', status: 'error', message: 'store is away' },
        { name: 'other', status: 'ok' },
      ],
    });
    const metrics = await call('/metrics', { as: null });
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(metrics.text).toContain('process_cpu_user_seconds_total');
    expect(metrics.text).toMatch(
      /weir_http_request_duration_seconds_count\{method="GET",route="\/v1\/broken",status="500"\} 1/,
    );
    expect(metrics.text).toContain('method="any",route="none",status="404"');
  });

  test('answers carry security headers and allow no other origin', async () => {
    const { headers } = await call('/v1/open', { headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  test('each request is one log line with its id, route and who asked, never with the token', async () => {
    await call('/v1/open?secret=1', { headers: { 'x-request-id': 'line-1' } });
    await call('/v1/open', { as: null, headers: { 'x-request-id': 'line-2' } });
    const of = (id: string) =>
      lines.filter((line) => line.includes(`"${id}"`)).map((line) => JSON.parse(line) as object);
    expect(of('line-1')).toEqual([
      expect.objectContaining({ level: 'info', method: 'GET', route: '/v1/open', status: 200, subject: 'local' }),
    ]);
    expect(of('line-2')).toEqual([expect.objectContaining({ status: 401 })]);
    expect(lines.join('')).not.toContain(token);
  });
});

test('given a port that is taken, starting rejects and leaves nothing behind', async () => {
  const port = Number(new URL(running.url).port);
  await expect(
    startHttpApp(OrdersModule, { host: '127.0.0.1', port, title: 'Second', token, logger: pino({ level: 'silent' }) }),
  ).rejects.toThrow('EADDRINUSE');
});
