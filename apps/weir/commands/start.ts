import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { alertingMigrations } from '@weir/alerting';
import { topics, topicShapes } from '@weir/contracts';
import { systemClock } from '@weir/platform/clock';
import { allInOnePort } from '@weir/platform/config';
import { closeOnSignals } from '@weir/platform/http';
import { startFailure, startService, type RunningService, type ServiceDefinition } from '@weir/platform/runtime';
import { reviewMigrations } from '@weir/review';
import { Command } from 'commander';
import { feedDemo } from '../demo/demo-feed';
import { publishRules, readRulesToPublish, shippedPacks } from '../rules/load-rules';
import { tellWhenIn } from '../demo/tell-when-in';
import { showSummary } from '../summary/live-summary';
import { WeirModule } from '../weir.module';

interface Options {
  readonly demo: boolean;
  readonly port?: string;
  readonly dataDir?: string;
  readonly rules?: string;
  readonly logStdout?: boolean;
}

/** Everything in one process; what is not configured stands in the data folder. */
function definition(options: Options): ServiceDefinition {
  return {
    name: 'weir',
    title: 'Weir',
    port: allInOnePort,
    needs: ['window-store', 'event-store', 'facts-archive'],
    migrations: [alertingMigrations, reviewMigrations],
    ownsDataFolder: true,
    topics: ({ facts }) => topicShapes(facts.topic ?? topics.facts, facts.partitions),
    prepare: async ({ config, ports, logger }) => {
      const own = config.rules === null ? [] : [config.rules];
      const { refusals } = await publishRules(ports.log, await readRulesToPublish(shippedPacks, ...own), logger);
      for (const refusal of refusals) {
        logger.warn(refusal);
        process.stderr.write(`Warning: ${refusal}\n`);
      }
    },
    module: (context) => WeirModule.with(context),
    ...(options.logStdout === true ? {} : { logDestination: ({ dataDir }) => logFile(dataDir) }),
  };
}

function logFile(dataDir: string): Writable {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return createWriteStream(join(dataDir, 'weir.log'), { flags: 'a', mode: 0o600 });
}

async function run(options: Options): Promise<void> {
  const started = await start(options);
  if (started === null) return;
  const { service, stopping } = started;
  const { config, ports, registry, logger } = service;
  process.stdout.write(greeting(service, options.demo));

  // The demo and the summary run until the service is stopped.
  const demo = options.demo
    ? feedDemo(
        {
          log: ports.log,
          factsTopic: config.facts.topic ?? topics.facts,
          dataDir: config.dataDir,
          clock: systemClock,
          onCaughtUp: (sent) => {
            tellWhenIn(registry, process.stdout, sent, stopping).catch((error: unknown) =>
              logger.error({ err: error }, 'nobody was told that the history is in; everything else goes on'),
            );
          },
        },
        stopping,
      )
    : Promise.resolve();
  demo.catch((error: unknown) => logger.error({ err: error }, 'the demo has ended; everything else goes on'));
  showSummary(registry, process.stdout, stopping).catch((error: unknown) => {
    logger.error({ err: error }, 'the live summary has ended; everything else goes on');
  });
  try {
    await ports.lost;
  } catch (error) {
    process.stderr.write(`\nWeir ends: ${startFailure(error)}\n`);
    process.exit(1);
  }
}

/** Starts, or says why not and sets the exit code. */
async function start(options: Options): Promise<{ service: RunningService; stopping: AbortSignal } | null> {
  process.stdout.write('Weir is starting …\n');
  const env = {
    ...process.env,
    ...(options.port === undefined ? {} : { WEIR_HTTP_PORT: options.port }),
    ...(options.dataDir === undefined ? {} : { WEIR_DATA_DIR: options.dataDir }),
    ...(options.rules === undefined ? {} : { WEIR_RULES: options.rules }),
  };
  try {
    const service = await startService(definition(options), env);
    const stop = new AbortController();
    const close = async (): Promise<void> => {
      stop.abort();
      process.stdout.write('\nWeir is stopping …\n');
      await service.close();
      process.stdout.write('Weir has stopped; the next start goes on from here.\n');
    };
    closeOnSignals(close, { logger: service.logger });
    return { service, stopping: stop.signal };
  } catch (error) {
    process.stderr.write(`Weir could not start: ${startFailure(error)}\n`);
    process.exitCode = 1;
    return null;
  }
}

function greeting({ http: { url }, token, config, ports }: RunningService, demo: boolean): string {
  return [
    '',
    `  Weir is running at ${url}`,
    ...ports.described.map((line) => `    on ${line}`),
    '',
    `  Alerts    curl -H 'Authorization: Bearer ${token}' '${url}/v1/alerts?limit=3'`,
    `  API       ${url}/docs  (any user name, the token as password)`,
    `  Health    ${url}/health/ready    Metrics  ${url}/metrics`,
    `  Token     ${token}  (kept in ${join(config.dataDir, 'token')})`,
    `  Log       ${join(config.dataDir, 'weir.log')}`,
    ...(demo
      ? [
          '  A simulated bank is publishing: a day of history first, then as time goes by. --no-demo leaves it out.',
          '  Wait with facts of your own until a line says that its history is in: they would make what is still to come late.',
        ]
      : []),
    '  Ctrl-C stops it.',
    '',
    '',
  ].join('\n');
}

/** `weir start`: the whole product in one process. */
export function startCommand(): Command {
  return new Command('start')
    .summary('run everything in one process')
    .description(
      'Starts every stage in one process, with PostgreSQL started from npm where DATABASE_URL is not set, loads the ' +
        'shipped rules, and shows what flows through. The data stays in the data folder: a second start goes on from there.',
    )
    .option('--no-demo', 'do not publish the simulated bank')
    .option('--port <number>', 'port to listen on (WEIR_HTTP_PORT)')
    .option('--data-dir <folder>', 'data folder (WEIR_DATA_DIR)')
    .option('--rules <path>', 'rules to load beside the shipped ones, a file or a folder (WEIR_RULES)')
    .option('--log-stdout', 'write the log to standard output instead of weir.log in the data folder')
    .action(run);
}
