import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaRecordLog } from '@weir/platform/record-log';
import { startKafka } from './start-kafka';

/** A Kafka that the test files of one jest worker share. */
export interface SharedKafka {
  readonly brokers: readonly string[];
  readonly version: string;
  readonly describe: string;
}

/**
 * The Kafka of this jest worker, which the first test file starts and which ends with the worker. Use names of topics and
 * groups that no other test uses. Jest gives each file fresh modules, so the address is kept in a file.
 */
export async function sharedKafka(): Promise<SharedKafka> {
  if ((process.env['KAFKA_BROKERS'] ?? '') !== '') return startKafka();
  const file = join(tmpdir(), `weir-test-kafka-${process.getuid?.() ?? 0}-${process.pid}.json`);
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SharedKafka) : null;
  // It may be what an earlier process of the same id left.
  if (known !== null && (await answers(known.brokers))) return known;
  const { brokers, version, describe } = await startKafka({ note: file });
  const shared: SharedKafka = { brokers, version, describe };
  writeFileSync(`${file}.draft`, JSON.stringify(shared), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
  process.stderr.write(`${describe}\n`);
  return shared;
}

async function answers(brokers: readonly string[]): Promise<boolean> {
  const log = new KafkaRecordLog({ brokers, connectionTimeoutMs: 2_000 });
  try {
    await log.ping();
    return true;
  } catch {
    // Nobody there: a new one is started.
    return false;
  } finally {
    await log.close();
  }
}
