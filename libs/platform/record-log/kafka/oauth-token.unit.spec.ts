import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { OauthToken } from './oauth-token';

describe('OauthToken', () => {
  let server: Server;
  let endpoint: string;
  let answers: { status: number; body: string }[];
  let asked: { authorization: string | undefined; body: string }[];
  let now: number;

  const good = (name: string, life: number | null = 3_600) => ({
    status: 200,
    body: JSON.stringify({ access_token: name, ...(life === null ? {} : { expires_in: life }) }),
  });
  const open = (scope?: string): OauthToken =>
    new OauthToken(
      {
        mechanism: 'oauthbearer',
        tokenEndpoint: endpoint,
        clientId: 'weir:1',
        clientSecret: 's%cret',
        ...(scope === undefined ? {} : { scope }),
      },
      () => now,
    );

  beforeEach(async () => {
    [answers, asked, now] = [[], [], 1_000_000];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body });
        const answer = answers.shift() ?? { status: 500, body: 'none left' };
        response.writeHead(answer.status).end(answer.body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('asks by the client-credentials grant, with the encoded name and secret', async () => {
    answers = [good('a')];
    await open('kafka.read').value();
    expect(asked).toEqual([
      {
        authorization: `Basic ${Buffer.from('weir%3A1:s%25cret').toString('base64')}`,
        body: 'grant_type=client_credentials&scope=kafka.read',
      },
    ]);
  });

  it('keeps a token until a minute before its end', async () => {
    answers = [good('a', 600), good('b', 600)];
    const token = open();
    expect(await token.value()).toBe('a');
    now += 539_999;
    expect(await token.value()).toBe('a');
    now += 1;
    expect(await token.value()).toBe('b');
  });

  it('keeps a short-lived token for four fifths of its life, and one without an end not at all', async () => {
    answers = [good('a', 10), good('b', null), good('c')];
    const token = open();
    expect(await token.value()).toBe('a');
    now += 7_999;
    expect(await token.value()).toBe('a');
    now += 1;
    expect(await token.value()).toBe('b');
    expect(await token.value()).toBe('c');
  });

  it('asks once for many at the same time, and again after a refusal', async () => {
    answers = [{ status: 503, body: 'busy' }, good('a')];
    const token = open();
    const all = await Promise.allSettled([token.value(), token.value(), token.value()]);
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await Promise.all([token.value(), token.value()])).toEqual(['a', 'a']);
    expect(asked).toHaveLength(2);
  });

  it.each([
    [
      { status: 401, body: '{"error":"invalid_client"}' },
      /refused the client "weir:1" with status 401.*invalid_client/s,
    ],
    [{ status: 200, body: '<html>' }, /gave no access_token/],
    [{ status: 200, body: '{"access_token":""}' }, /gave no access_token/],
  ])('says what is wrong: %j', async (answer, message) => {
    answers = [answer];
    await expect(open().value()).rejects.toThrow(message);
  });

  it('says where nobody answers', async () => {
    endpoint = 'http://127.0.0.1:1/token';
    await expect(open().value()).rejects.toThrow(/127\.0\.0\.1:1\/token cannot be reached/);
  });
});
