/** Where the time goes: the path in one process, and a detector on Kafka, sampled and summed up by the file that was running. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drainOnce } from './kafka.mjs';
import { messages, rules } from './messages.mjs';
import { Path } from './path.mjs';

const perSlice = 10_000;
const [warmUp, slices] = [10, 30];
const shownRows = 25;
/** Nothing else runs while it waits. */
const idle = new Set(['(idle)', '(root)']);

/** All profiles, as Markdown. */
export async function profiles() {
  const parts = [];
  for (const howMany of [10, 50]) {
    parts.push(section(`The full path in one process, ${howMany} rules`, await profileOfPath(howMany)));
  }
  parts.push(section('A detector on Kafka with Redis, 10 rules', await profileOfDetector()));
  return parts.join('\n');
}

async function profileOfPath(howMany) {
  const next = messages();
  const path = new Path(rules(howMany));
  for (let slice = 0; slice < warmUp; slice++) path.take(next(perSlice));
  const batches = Array.from({ length: slices }, () => next(perSlice));
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  for (const batch of batches) path.take(batch);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { profile, facts: slices * perSlice };
}

async function profileOfDetector() {
  const folder = mkdtempSync(join(tmpdir(), 'weir-profile-'));
  try {
    const facts = await drainOnce(['--cpu-prof', `--cpu-prof-dir=${folder}`]);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
    if (file === undefined) throw new Error('The detector has written no profile.');
    return { profile: JSON.parse(readFileSync(join(folder, file), 'utf8')), facts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function section(title, { profile, facts }) {
  const byPlace = selfTimes(profile);
  const busy = [...byPlace.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...byPlace].sort(([, a], [, b]) => b - a);
  const rest = rows.slice(shownRows).reduce((sum, [, time]) => sum + time, 0);
  const line = ([place, time]) => `| ${place} | ${((time / busy) * 100).toFixed(1)} | ${(time / facts).toFixed(2)} |`;
  return [
    `## ${title}`,
    '',
    `${facts.toLocaleString('en')} facts, ${(busy / facts).toFixed(2)} µs of work for each (sampling costs some of it).`,
    '',
    '| where | % | µs a fact |',
    '| --- | ---: | ---: |',
    ...rows.slice(0, shownRows).map(line),
    line([`${Math.max(0, rows.length - shownRows)} more`, rest]),
    '',
  ].join('\n');
}

/** Microseconds by file. */
function selfTimes({ nodes, samples, timeDeltas }) {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const byPlace = new Map();
  samples.forEach((id, index) => {
    const place = places.get(id);
    if (place !== undefined) byPlace.set(place, (byPlace.get(place) ?? 0) + timeDeltas[index]);
  });
  return byPlace;
}

function placeOf({ functionName, url }) {
  if (idle.has(functionName)) return undefined;
  const inside = /\/(libs|apps|test)\/(.*)\.m?js$/.exec(url);
  if (inside !== null) return `${inside[1]}/${inside[2].replace('dist/', '')}`;
  const dependency = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (dependency !== null) return dependency[1];
  return url === '' ? functionName : url.replace(/^node:.*/, 'Node');
}
