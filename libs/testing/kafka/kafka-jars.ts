import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { needPrograms } from './programs';

/** The Apache Kafka that tests run on where none is given. */
export const KAFKA_VERSION = '4.3.0';

const run = promisify(execFile);
const LOCK_STALE_MS = 5 * 60_000;

/**
 * The folder with Apache Kafka's jars, brought from Maven on the first call (some 45 MB) and kept in `.cache/` at the root
 * of the workspace. Processes that ask at the same time wait for the one that brings them.
 * @throws {Error} naming the programs that are missing, or what Maven said
 */
export async function kafkaJars(): Promise<string> {
  const folder = join(workspaceRoot(), '.cache', `kafka-${KAFKA_VERSION}`);
  const lib = join(folder, 'lib');
  if (existsSync(lib)) return lib;
  mkdirSync(folder, { recursive: true });
  const unlock = await lock(join(folder, 'lock'), () => existsSync(lib));
  try {
    if (!existsSync(lib)) await bring(folder, lib);
  } finally {
    unlock();
  }
  return lib;
}

async function bring(folder: string, lib: string): Promise<void> {
  const { mvn } = needPrograms(['java', 'mvn']);
  process.stderr.write(`Apache Kafka ${KAFKA_VERSION}: bringing its jars from Maven, once\n`);
  const work = mkdtempSync(join(folder, 'work-'));
  try {
    writeFileSync(join(work, 'pom.xml'), pom());
    const goal = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'];
    await run(mvn, goal, { cwd: work, maxBuffer: 16 * 1024 * 1024 });
    // Only whole: who finds the folder finds every jar.
    renameSync(join(work, 'lib'), lib);
  } catch (cause) {
    const said = cause instanceof Error && 'stdout' in cause ? String(cause.stdout).slice(-2_000) : '';
    throw new Error(
      `Maven could not bring Apache Kafka ${KAFKA_VERSION}. It needs a way to a Maven repository ` +
        `(~/.m2/settings.xml). ${said}`,
      { cause },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function pom(): string {
  const dependencies = [
    ['org.apache.kafka', 'kafka_2.13', KAFKA_VERSION],
    // Without it Kafka says nothing at all, not even why it does not start.
    ['org.apache.logging.log4j', 'log4j-slf4j-impl', '2.25.4'],
  ].map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>weir</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>`;
}

/** Takes a lock among processes, or stops waiting once `done`. @returns what gives the lock back */
async function lock(file: string, done: () => boolean): Promise<() => void> {
  while (!done()) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (abandoned(file)) rmSync(file, { force: true });
      await pause(200);
    }
  }
  return () => undefined;
}

/** True where the process that took the lock is gone. */
function abandoned(file: string): boolean {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    const owner = Number(readFileSync(file, 'utf8'));
    if (age > LOCK_STALE_MS) return true;
    if (!Number.isInteger(owner) || owner <= 0) return false;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    // ESRCH: no such process. Anything else (the lock has just gone) is looked at again in the next round.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function workspaceRoot(): string {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'nx.json'))) return at;
  }
  throw new Error(`No workspace (a folder with nx.json) above ${__dirname}.`);
}
