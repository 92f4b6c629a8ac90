/** The fact door against a bare Node server that parses the same bodies: facts per second of the one ÷ the other. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { token } from './http-servers.mjs';
import { messages } from './messages.mjs';
import { alternate, secondsOfAsync } from './slices.mjs';

const factsPerBody = 100;
const bodiesPerSlice = 200;
/** Requests that are under way at once: enough that the server never waits for the client. */
const atOnce = 8;

/** A server in a process of its own. */
async function start(name) {
  const child = fork(fileURLToPath(new URL('http-servers.mjs', import.meta.url)), [name], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The ${name} server ended with ${code}.`))),
  ]);
  return { port, agent: new Agent({ keepAlive: true, maxSockets: atOnce }), child };
}

async function stop({ agent, child }) {
  agent.destroy();
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Sends one body and checks that every fact of it was accepted. */
function post({ port, agent }, body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        path: '/v1/facts',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      },
      (response) => {
        const chunks = [];
        response.on('error', reject);
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('latin1');
          if (response.statusCode === 200 && answer.startsWith(`{"accepted":${factsPerBody},`)) resolve();
          else reject(new Error(`The server answered ${response.statusCode}: ${answer.slice(0, 500)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function sendAll(server, bodies) {
  const left = bodies.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const body of left) await post(server, body);
    }),
  );
}

async function doorAgainstBare(progress) {
  const [weir, bare] = await Promise.all([start('weir'), start('bare')]);
  try {
    const next = messages({ seed: 6 });
    let bodies = [];
    // Seconds of the bare one over the product's: that of facts per second the other way round.
    return await alternate(
      () => secondsOfAsync(() => sendAll(bare, bodies)),
      () => secondsOfAsync(() => sendAll(weir, bodies)),
      {
        prepare: () => {
          bodies = Array.from({ length: bodiesPerSlice }, () => Buffer.from(`[${next(factsPerBody).join(',')}]`));
        },
        progress,
        slices: 30,
      },
    );
  } finally {
    await Promise.all([stop(weir), stop(bare)]);
  }
}

export const http = [
  {
    name: 'Nest intake ÷ bare Node HTTP, batches of 100, facts/s',
    must: 0.67,
    stretch: 0.8,
    atLeast: true,
    run: doorAgainstBare,
  },
];
