import { startPostgres } from '../postgres';
import { prometheusPrograms } from '../prometheus';
import { startRedis } from '../redis';
import { startKafka } from '../kafka';

/**
 * Starts once everything that the tests stand on, installing what can be installed, and says what was found. Ends with 1
 * naming all that is missing, before the first test: no test is ever left out.
 */
const needed: readonly (readonly [string, () => Promise<string>])[] = [
  ['Apache Kafka', async () => found(await startKafka())],
  ['Redis', async () => found(await startRedis())],
  ['PostgreSQL', async () => found(await startPostgres())],
  ['Prometheus', () => Promise.resolve(prometheusPrograms().prometheus)],
];

interface Started {
  readonly describe: string;
  stop(): Promise<void>;
}

async function found(service: Started): Promise<string> {
  await service.stop();
  return service.describe;
}

async function main(): Promise<void> {
  // Until everything has been looked at, ending counts as failing; and the services, which wait for no one, are waited for.
  process.exitCode = 1;
  const waiting = setInterval(() => undefined, 1_000);
  const missing: string[] = [];
  for (const [name, look] of needed) {
    try {
      process.stderr.write(`${name}: ${await look()}\n`);
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  clearInterval(waiting);
  if (missing.length === 0) process.exitCode = 0;
  else process.stderr.write(`\nThe tests cannot run here. Missing:\n${missing.map((line) => `  ${line}\n`).join('')}`);
}

void main();
