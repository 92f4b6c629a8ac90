import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { maxFactBytes } from '@weir/contracts';
import { FactDoor, IntakeMetrics } from '@weir/intake';
import { Problem } from '@weir/platform/http';
import { createRegistry } from '@weir/platform/metrics';
import { HttpTarget } from './http-target';
import { csv, fact, linesOf, LogOfTest } from './publishing.spec';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A server that answers as it is told; gives its address. */
async function serving(answer: (body: Buffer, request: IncomingMessage) => Promise<Answer>): Promise<string> {
  const server = createServer((request, response) => {
    void buffer(request)
      .then((body) => answer(body, request))
      .then(({ status, body }) =>
        response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)),
      );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let told: string[] = [];
beforeEach(() => (told = []));
const targetAt = (url: string): HttpTarget => new HttpTarget(url, 'token', (text) => told.push(text));

/** The door of a Weir on a log. */
function doorOn(log: LogOfTest): (body: Buffer) => Promise<Answer> {
  const settings = { factsTopic: 'facts', deadLettersTopic: 'letters', partitions: 1, maxFutureMs: 0 };
  const now = () => Date.UTC(2026, 10, 22, 12);
  const door = new FactDoor(log, settings, now, IntakeMetrics.of(createRegistry()));
  return (bytes) =>
    door.accept({ form: 'ndjson', bytes }, 'request').then(
      (body) => ({ status: 200, body }),
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        return { status: error.status, body: { code: error.code, detail: error.message } };
      },
    );
}

const manyFacts = (count: number, large: number): string[] =>
  Array.from({ length: count }, (_, index) => fact(`F${index}`, index === large ? 2_000 : 0));

describe('publishing over HTTP', () => {
  it('given a fact that the topic does not take, loses no other, and counts it as refused', async () => {
    const log = new LogOfTest({ facts: 1_000 });
    const target = targetAt(await serving(doorOn(log)));
    expect(await target.send(await linesOf(manyFacts(100, 50)))).toEqual({ accepted: 99, refused: 1, leftOut: 0 });
    expect(new Set(log.ids('facts')).size).toBe(99);
    expect(log.ids('letters')).toEqual(['F50']);
  });

  it('given a proxy that takes less than the door, sends less at a time, in the order of the file', async () => {
    const log = new LogOfTest();
    const door = doorOn(log);
    const url = await serving(async (body) =>
      body.length > 2_500 ? { status: 413, body: '<html>Request Entity Too Large</html>' } : door(body),
    );
    const facts = manyFacts(100, 50);
    expect(await targetAt(url).send(await linesOf(facts))).toEqual({ accepted: 100, refused: 0, leftOut: 0 });
    expect(log.ids('facts')).toEqual(facts.map((_, index) => `F${index}`));
  });

  it.each([
    ['a proxy', '<html>Request Entity Too Large</html>'],
    ['a door that could not even keep it', { code: 'record-too-large', detail: 'A record is above the limit.' }],
  ])('given one fact that is too much for %s, fails and names its line', async (_who, body) => {
    const url = await serving(() => Promise.resolve({ status: 413, body }));
    const sent = targetAt(url).send(await linesOf(['', fact('F1')]));
    await expect(sent).rejects.toThrow(/answered 413 to line 2: .*(Too Large|above the limit)/);
  });

  it('given an answer about fewer facts than were sent, fails', async () => {
    const url = await serving(() => Promise.resolve({ status: 200, body: { accepted: 1, refused: 0, results: [] } }));
    const sent = targetAt(url).send(await linesOf([fact('F1'), fact('F2')]));
    await expect(sent).rejects.toThrow('was sent lines 1 to 2 and told of 1 facts');
  });

  it('given a fact of just the size that the door takes, sends it', async () => {
    const bodies: number[] = [];
    const door = doorOn(new LogOfTest());
    const url = await serving((body) => {
      bodies.push(body.length);
      return door(body);
    });
    const lines = await linesOf([fact('F1', maxFactBytes), fact('F2')]);
    expect(await targetAt(url).send(lines)).toEqual({ accepted: 2, refused: 0, leftOut: 0 });
    expect(bodies[0]).toBe(maxFactBytes);
  });

  it('leaves out a CSV row that the mapping refuses, and a line over 1 MiB, and tells their lines and reasons', async () => {
    const log = new LogOfTest();
    const target = targetAt(await serving(doorOn(log)));
    const rows = await linesOf(['id,at', 'F1,2026-11-22T08:15:30Z', 'F2', 'F3,2026-11-22T08:15:30Z'], csv);
    expect(await target.send(rows)).toEqual({ accepted: 2, refused: 0, leftOut: 1 });
    const lines = await linesOf([fact('F4'), fact('F5', maxFactBytes + 1), fact('F6')]);
    expect(await target.send(lines)).toEqual({ accepted: 2, refused: 0, leftOut: 1 });
    expect(log.ids('facts')).toEqual(['F1', 'F3', 'F4', 'F6']);
    expect(log.of('letters')).toEqual([]);
    expect(told).toEqual([
      expect.stringMatching(/^Line 3 was left out \(not-csv\): .*\n$/),
      expect.stringMatching(/^Line 2 was left out \(too-large\): The input has 1048577 bytes.*\n$/),
    ]);
  });
});
