import { topics } from '@weir/contracts';
import { readFacts, type FactLine } from '@weir/intake';
import { loadConfig, type Config } from '@weir/platform/config';
import { startFailure } from '@weir/platform/runtime';
import { Command } from 'commander';
import { openLog } from './open-log';
import { openFactFile } from '../files/fact-file';
import { wholeNumber } from '../files/options';
import { Progress } from '../files/progress';
import { nothingTaken, sumOf, type FactTarget, type Taken } from '../publish/fact-target';
import { HttpTarget } from '../publish/http-target';
import { LogTarget } from '../publish/log-target';
import { Pace } from '../publish/pace';

interface Options {
  readonly kafka?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly map?: string;
  readonly rate?: number;
  readonly scatter?: number;
}

/** How many facts are sent, and acknowledged, at a time. */
const atOnce = 500;

async function run(path: string, options: Options, command: Command): Promise<void> {
  if ((options.url === undefined) === (options.kafka === undefined)) {
    command.error(
      'error: say where to: --kafka (KAFKA_BROKERS, or DATABASE_URL without Kafka), or --url http://127.0.0.1:7480',
    );
  }
  let target: FactTarget | null = null;
  try {
    const config = loadConfig(process.env);
    target = options.url === undefined ? await logTarget(config, options) : httpTarget(options.url, config, options);
    await publish(path, options, target);
  } catch (error) {
    process.stderr.write(`weir publish: ${startFailure(error)}\n`);
    process.exitCode = 1;
  } finally {
    await target?.close();
  }
}

async function publish(path: string, { map, rate }: Options, target: FactTarget): Promise<void> {
  const file = await openFactFile(path, map);
  const progress = new Progress(file);
  const steady = () => performance.now();
  const pace = new Pace(rate ?? null, steady);
  let sum = nothingTaken;
  let sent = 0;
  for await (const lines of readFacts(file.chunks, file.format)) {
    for (const some of slices(lines, Math.min(atOnce, rate ?? atOnce))) {
      sum = sumOf(sum, await target.send(some));
      sent += some.length;
      progress.show(sent, steady());
      await pace.wait(sent);
    }
  }
  progress.end();
  process.stderr.write(`${told(sum)}\n`);
}

function told({ accepted, refused, leftOut }: Taken): string {
  const parts = [`${accepted} facts published, every one acknowledged`];
  if (refused > 0) parts.push(`${refused} refused, which are dead letters now`);
  if (leftOut > 0) parts.push(`${leftOut} left out and kept nowhere, for the reasons told above`);
  return parts.join('; ');
}

function* slices(lines: readonly FactLine[], size: number): Generator<readonly FactLine[]> {
  for (let at = 0; at < lines.length; at += size) yield lines.slice(at, at + size);
}

function httpTarget(url: string, { http }: Config, { token }: Options): FactTarget {
  const bearer = token ?? http.token;
  if (bearer === null) throw new Error('The service wants a token: give --token, or WEIR_TOKEN or WEIR_TOKEN_FILE.');
  return new HttpTarget(url, bearer, (text) => process.stderr.write(text));
}

async function logTarget(config: Config, { scatter }: Options): Promise<FactTarget> {
  const { log, close } = openLog(config);
  const { deadLetters } = topics;
  const facts = config.facts.topic ?? topics.facts;
  const { partitions } = await log.describe(facts);
  return new LogTarget(log, { facts, deadLetters, partitions }, scatter ?? null, close);
}

/** `weir publish`: facts of a file to Kafka or over HTTP. */
export function publishCommand(): Command {
  return new Command('publish')
    .summary('publish a file of facts to Kafka or over HTTP')
    .description(
      'Sends facts in the order of the file and waits until every one is acknowledged. What is no fact is sent too: the ' +
        'product keeps it as a dead letter. CSV rows that the mapping refuses, and lines over 1 MiB, become dead letters ' +
        'with --kafka; with --url they are left out, and told with line and reason.',
    )
    .argument('<file>', 'facts as JSON Lines, or CSV with --map; packed with gzip or not; - for standard input')
    .option('--kafka', 'to the facts topic of the record log of the configuration (KAFKA_BROKERS …)')
    .option('--url <url>', 'to the HTTP door of a running Weir, e.g. http://127.0.0.1:7480')
    .option('--token <token>', 'bearer token for --url (or WEIR_TOKEN, WEIR_TOKEN_FILE)')
    .option('--map <file>', 'mapping of CSV columns to fields (YAML)')
    .option('--rate <number>', 'facts per second at the most', wholeNumber(1, 1_000_000))
    .option(
      '--scatter <number>',
      'put facts into arbitrary partitions, as a careless publisher would; for tests',
      wholeNumber(0, 1e9),
    )
    .addHelpText(
      'after',
      '\nExample:\n  weir publish facts.jsonl --url http://127.0.0.1:7480 --token "$(cat .weir/token)"',
    )
    .action(run);
}
