import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { parseInstant } from '@weir/domain';
import { Command, InvalidArgumentError } from 'commander';
import { type SimulatedFact, type SimulationSettings, simulate } from '../simulation/simulate';

interface Options {
  readonly seed: number;
  readonly accounts: number;
  readonly days: number;
  readonly from: string;
  readonly out: string;
  readonly planted?: string;
}

const chunkLength = 1 << 18;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Lines to a file (compressed where its name ends in .gz) or, for `-`, to standard output. */
class Lines {
  private readonly target: Writable;
  private readonly ends: Promise<void> | undefined;
  private waiting: string[] = [];
  private length = 0;
  /** Nobody reads any more. */
  abandoned = false;

  constructor(path: string) {
    if (path === '-') {
      this.target = process.stdout;
      // Who reads may have seen enough, as `head` does.
      this.target.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        this.abandoned = true;
        this.target.emit('drain');
      });
      return;
    }
    const file = createWriteStream(path);
    this.ends = finished(file);
    // Awaited in end(); until then a failure to write must not end the process without a word.
    this.ends.catch(() => undefined);
    if (path.endsWith('.gz')) {
      const packed = createGzip();
      packed.pipe(file);
      file.on('error', (error) => packed.destroy(error));
      this.target = packed;
    } else {
      this.target = file;
    }
  }

  async write(value: unknown): Promise<void> {
    const line = JSON.stringify(value);
    this.waiting.push(line);
    this.length += line.length + 1;
    if (this.length >= chunkLength) await this.flush();
  }

  async end(): Promise<void> {
    await this.flush();
    if (this.ends === undefined) return;
    this.target.end();
    await this.ends;
  }

  private async flush(): Promise<void> {
    if (this.waiting.length === 0 || this.abandoned) return;
    const chunk = `${this.waiting.join('\n')}\n`;
    this.waiting = [];
    this.length = 0;
    if (!this.target.write(chunk)) await once(this.target, 'drain');
  }
}

function begin(settings: SimulationSettings, command: Command): Iterable<SimulatedFact> {
  try {
    return simulate(settings);
  } catch (error) {
    if (error instanceof RangeError) command.error(`error: ${error.message}`);
    throw error;
  }
}

async function run(options: Options, command: Command): Promise<void> {
  const from = parseInstant(options.from);
  if (!from.ok) command.error(`error: --from: ${from.message}`);
  const { seed, accounts, days } = options;
  const simulation = begin({ seed, accounts, days, from: from.value }, command);
  const facts = new Lines(options.out);
  const planted = options.planted === undefined ? undefined : new Lines(options.planted);
  const started = process.hrtime.bigint();
  let written = 0;
  let behaviours = 0;
  for (const simulated of simulation) {
    if (facts.abandoned) break;
    await facts.write(simulated.fact);
    written++;
    if (simulated.planted !== undefined) {
      behaviours++;
      await planted?.write(simulated.planted);
    }
    if (written % 100_000 === 0) process.stderr.write(`${written} facts, up to ${simulated.fact.occurredAt}\n`);
  }
  await facts.end();
  await planted?.end();
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  process.stderr.write(`${written} facts, ${behaviours} planted behaviours, ${seconds.toFixed(1)} s\n`);
}

/** `weir simulate`: writes the facts of a believable bank, and apart what was planted among them. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .summary('write the facts of a believable bank')
    .description(
      'Writes the transactions and operations of a simulated bank in Asia/Shanghai as JSON lines in the order of their ' +
        'time, with abnormal behaviour planted among them. The same settings give the same bytes on every machine.',
    )
    .requiredOption('--seed <number>', 'any whole number', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .requiredOption('--accounts <number>', 'how many accounts, about two facts each a day', wholeNumber(1, 1_000_000))
    .requiredOption('--days <number>', 'how many days', wholeNumber(1, 3_660))
    .option('--from <time>', 'the first moment, ISO 8601 with a zone', '2026-01-01T00:00:00+08:00')
    .option('--out <file>', 'where the facts go; .gz compresses, - is standard output', '-')
    .option('--planted <file>', 'where the list of planted behaviour goes (JSON lines)')
    .addHelpText(
      'after',
      '\nExample:\n  weir simulate --seed 7 --accounts 2000 --days 30 --out facts.jsonl --planted planted.jsonl',
    )
    .action((options: Options, command: Command) => run(options, command));
}
