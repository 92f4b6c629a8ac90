/**
 * `npm run bench`: measures the rows of the performance table as ratios in one run, prints them with their spread and which are met,
 * and writes docs/generated/bench-report.json, a chart of it and, as bench-profile.md, where the time goes. `npm run bench -- full 30-day` measures the rows whose name
 * begins so, and prints only. On a machine that does other things meanwhile the spread says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled, fail, root } from './prepare.mjs';

const usage = `npm run bench [-- ROW …]

Measures how fast Weir is against yardsticks that run beside it on the same machine, one ratio a row, and says which limits are met. Takes
a few minutes a row, and the whole machine: on one that does other things meanwhile the spread grows. Rows on Kafka, Redis or PostgreSQL start their own.

Without a row: all of them, and docs/generated/bench-report.json, a chart of it and bench-profile.md are written.
With rows: those whose name begins so, printed only, e.g. npm run bench -- 30-day 'bytes held'
Ends with 0 where every "must" of the measured rows is met, else with 1.
`;
const self = fileURLToPath(import.meta.url);

if (process.env.WEIR_BENCH_ROW === undefined) await all(process.argv.slice(2));
else await one(process.env.WEIR_BENCH_ROW);

/** Each row in a process of its own: what one leaves in memory does not slow the next. */
async function all(wanted) {
  if (wanted.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${usage}\nRows:\n${await rowNames()}\n`);
    return;
  }
  ensureInstalled();
  ensureBuilt();
  const { rows } = await import('../test/bench/rows.mjs');
  const chosen = rows.filter(
    ({ name }) => wanted.length === 0 || wanted.some((beginning) => name.startsWith(beginning)),
  );
  if (chosen.length === 0)
    fail(`No row begins with ${wanted.join(' or ')}. Rows:\n${await rowNames()}\nnpm run bench -- --help says more.`);
  const measured = [];
  for (const { name, must, stretch, atLeast = false } of chosen) {
    const ended = spawnSync(process.execPath, ['--expose-gc', '--max-old-space-size=12288', self], {
      env: { ...process.env, WEIR_BENCH_ROW: name },
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 26,
    });
    if (ended.status !== 0) fail(`The row "${name}" could not be measured.`);
    const { ratio, spread } = JSON.parse(ended.stdout.toString('utf8'));
    const meets = (limit) => (atLeast ? ratio >= limit : ratio <= limit);
    measured.push({ name, ratio, spread, must, stretch, met: meets(must), stretchMet: meets(stretch), atLeast });
  }
  process.stdout.write(table(measured));
  if (wanted.length === 0) await write(measured);
  process.exit(measured.every(({ met }) => met) ? 0 : 1);
}

/** The rows as they are known without a build; they import what is built. */
async function rowNames() {
  try {
    const { rows } = await import('../test/bench/rows.mjs');
    return rows
      .map(({ name, must, atLeast = false }) => `  ${name.padEnd(64)} must ${atLeast ? '≥' : '≤'} ${must}`)
      .join('\n');
  } catch {
    return '  are listed once Weir is built: npm run build';
  }
}

async function one(name) {
  const { rows } = await import('../test/bench/rows.mjs');
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) fail(`There is no row "${name}".`);
  let told = -1;
  const result = await row.run((done) => {
    // A terminal sees every step on one line; a file only the quarters.
    const step = process.stderr.isTTY ? 5 : 25;
    const percent = Math.floor((done * 100) / step) * step;
    if (percent === told) return;
    told = percent;
    const line = `${name} ${String(percent).padStart(3)} %`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${percent === 100 ? '\n' : ''}` : `${line}\n`);
  });
  process.stdout.write(JSON.stringify({ ratio: result.ratio, spread: result.spread }));
}

function table(measured) {
  const figure = (number) => (number >= 100 ? number.toFixed(0) : number.toFixed(2));
  const lines = measured.map(({ name, ratio, spread: [low, high], must, stretch, met, stretchMet, atLeast }) => {
    const sign = atLeast ? '≥' : '≤';
    const verdict = stretchMet ? 'stretch met' : met ? 'met' : 'NOT MET';
    return `${name.padEnd(56)} ${figure(ratio).padStart(7)}  (${figure(low)}–${figure(high)})  must ${sign} ${must}, stretch ${sign} ${stretch}  ${verdict}`;
  });
  return `${lines.join('\n')}\n${measured.filter(({ met }) => met).length} of ${measured.length} met\n`;
}

async function write(measured) {
  const { chartOf } = await import('../test/bench/chart.mjs');
  const folder = join(root, 'docs/generated');
  mkdirSync(folder, { recursive: true });
  const report = {
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root }).toString('utf8').trim(),
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      node: process.version,
    },
    rows: measured.map(({ name, ratio, spread, must, stretch, met }) => ({ name, ratio, spread, must, stretch, met })),
  };
  writeFileSync(join(folder, 'bench-report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'bench-report.svg'), chartOf(measured));
  const { profiles } = await import('../test/bench/profile.mjs');
  process.stderr.write('where the time goes\n');
  writeFileSync(
    join(folder, 'bench-profile.md'),
    `# Where the time goes\n\nWritten by \`npm run bench\`.\n\n${await profiles()}`,
  );
}
