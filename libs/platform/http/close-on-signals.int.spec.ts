import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';

/** A process that closes on signals; `close` is the body of its closing function. */
function start(close: string): ChildProcess {
  const script = `
    require('@swc/core');
    const { transformFileSync } = require('@swc/core');
    const { code } = transformFileSync(${JSON.stringify(join(__dirname, 'close-on-signals.ts'))}, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } });
    const module_ = { exports: {} };
    new Function('module', 'exports', code)(module_, module_.exports);
    const say = (line) => console.log(line);
    const logger = { info: (_, line) => say(line), warn: (_, line) => say(line), error: (a, b) => say(b ?? a) };
    module_.exports.closeOnSignals(async () => { ${close} }, { logger, withinMs: 300 });
    setInterval(() => undefined, 1000);
    say('ready');`;
  return spawn(process.execPath, ['-e', script], { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Sends the first signal when the process is ready, further ones when it says that it is stopping. */
async function run(close: string, first: NodeJS.Signals, second?: NodeJS.Signals) {
  const child = start(close);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    const before = output;
    output += chunk.toString();
    if (!before.includes('ready') && output.includes('ready')) child.kill(first);
    if (second !== undefined && !before.includes('stopping') && output.includes('stopping')) child.kill(second);
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'given %s, closing runs to its end and the process ends with 0',
  async (signal) => {
    const { code, output } = await run(`await new Promise((done) => setTimeout(done, 20)); say('closed');`, signal);
    expect([code, output.trim().split('\n')]).toEqual([0, ['ready', 'stopping', 'closed']]);
  },
);

test('given closing that fails, it is said and the process ends with 1', async () => {
  const { code, output } = await run(`throw new Error('no');`, 'SIGTERM');
  expect([code, output]).toEqual([1, expect.stringContaining('stopping failed')]);
});

test('given closing that never ends, the process ends with 1 in time', async () => {
  const { code, output } = await run(`await new Promise(() => undefined);`, 'SIGTERM');
  expect([code, output]).toEqual([1, expect.stringContaining('not stopped within 300 ms')]);
});

test('given a second signal, the process ends at once', async () => {
  const { code, output } = await run(`await new Promise(() => undefined);`, 'SIGINT', 'SIGINT');
  expect([code, output]).toEqual([1, expect.stringContaining('a second signal')]);
});
