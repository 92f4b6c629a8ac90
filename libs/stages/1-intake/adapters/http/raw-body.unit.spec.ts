import { PassThrough } from 'node:stream';
import { readBody } from './raw-body';

describe('reading a body', () => {
  it('joins what comes in pieces', async () => {
    const stream = new PassThrough();
    const body = readBody(stream, 'json', 100);
    stream.write('[1,');
    stream.end('2]');
    expect(await body).toEqual({ form: 'json', bytes: Buffer.from('[1,2]') });
  });

  it('gives an empty body as one', async () => {
    const stream = new PassThrough();
    const body = readBody(stream, 'ndjson', 100);
    stream.end();
    expect(await body).toEqual({ form: 'ndjson', bytes: Buffer.alloc(0) });
  });

  it.each([
    ['fails', new Error('reset'), 'reset'],
    ['goes away', undefined, 'The sender went away'],
  ])('rejects where the sender %s', async (_what, error, message) => {
    const stream = new PassThrough();
    const body = readBody(stream, 'json', 100);
    stream.write('[1,');
    stream.destroy(error);
    await expect(body).rejects.toThrow(message);
  });
});
