/**
 * The two HTTP servers that are measured against each other, each in a process of its own (`fork` with the name as argument; it
 * sends its port). Neither has a record log behind it: both number the facts in memory, so that HTTP and reading are what is compared.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The token that requests carry. */
export const token = 'a-token-for-the-benchmark-of-32-characters';
const partitions = 6;
const factsTopic = 'weir.facts.v1';

/** Bare Node: collects the body, parses it once, answers with a receipt like the product's. It checks nothing. */
async function bare() {
  let offset = 0;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const facts = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const results = facts.map((_, index) => ({
        index,
        outcome: 'accepted',
        topic: factsTopic,
        partition: index % partitions,
        offset: offset++,
      }));
      const body = JSON.stringify({ accepted: facts.length, refused: 0, results });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/**
 * The product's own: Nest on Fastify with sign-in, request log and metrics as every service has them, and the door that takes each
 * fact apart, checks it, finds its home and answers for it. Only `send` of the record log answers from memory.
 */
async function weir() {
  const { IntakeModule } = require('@weir/intake');
  const { CLOCK, systemClock } = require('@weir/platform/clock');
  const { startHttpApp } = require('@weir/platform/http');
  const { createLogger } = require('@weir/platform/logging');
  const { RECORD_LOG } = require('@weir/platform/record-log');
  let offset = 0;
  const log = {
    send: (_topic, records) =>
      Promise.resolve(records.map((_, index) => ({ partition: index % partitions, offset: offset++ }))),
  };
  const ports = {
    module: class Ports {},
    global: true,
    providers: [
      { provide: RECORD_LOG, useValue: log },
      { provide: CLOCK, useValue: systemClock },
    ],
    exports: [RECORD_LOG, CLOCK],
  };
  const door = IntakeModule.with({
    partitions,
    maxFutureMs: 86_400_000,
    factsTopic,
    deadLettersTopic: 'weir.dead-letters.v1',
  });
  const { url } = await startHttpApp(
    { module: class Benchmark {}, imports: [ports, door] },
    {
      host: '127.0.0.1',
      port: 0,
      title: 'Intake',
      token,
      logger: createLogger({ level: 'info', pretty: false }),
    },
  );
  return Number(new URL(url).port);
}

const wanted = process.argv[2];
if (process.send !== undefined && (wanted === 'bare' || wanted === 'weir')) {
  process.send({ port: await (wanted === 'bare' ? bare() : weir()) });
}
