import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newClusterId } from './cluster-id';
import { kafkaJars } from './kafka-jars';
import { needPrograms } from './programs';

const run = promisify(execFile);

/** A broker that this machine runs from its jars. */
export interface KafkaProcess {
  start(): Promise<void>;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it has ended. */
  kill9(): Promise<void>;
  /** The end of what it has said. */
  log(): string;
  /** True once it has ended by itself. */
  ended(): boolean;
}

/**
 * A broker from Apache Kafka's jars, its files in `folder`, where `server.properties` lies. It ends with this process.
 * @param format further arguments of `StorageTool format`
 * @param javaOptions options of the Java machine of the broker
 * @param note a file that goes with it
 */
export async function kafkaProcess(
  folder: string,
  format: readonly string[],
  javaOptions: readonly string[],
  note: string,
): Promise<KafkaProcess> {
  const classPath = join(await kafkaJars(), '*');
  const { java } = needPrograms(['java']);
  const properties = join(folder, 'server.properties');
  const logFile = join(folder, 'kafka.log');
  const pidFile = join(folder, 'pid');
  const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
  const clusterId = newClusterId();
  await run(java, [
    ...quick,
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    properties,
    ...format,
  ]);
  let child: ChildProcess | null = null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // Who waits for its end does not end before it.
    child.ref();
    child.kill(signal);
    await gone;
    // The number may become another process's.
    rmSync(pidFile, { force: true });
  }

  endWithThisProcess(folder, note);
  return {
    start: async () => {
      await end('SIGTERM');
      const log = openSync(logFile, 'a');
      const options = ['-Xmx512m', ...quick, ...javaOptions];
      child = spawn(java, [...options, '-cp', classPath, 'kafka.Kafka', properties], {
        stdio: ['ignore', log, log],
        detached: true,
      });
      closeSync(log);
      child.unref();
      await once(child, 'spawn');
      writeFileSync(pidFile, String(child.pid));
    },
    stop: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    log: () => readFileSync(logFile, 'utf8').slice(-4_000),
    ended: () => child !== null && (child.exitCode !== null || child.signalCode !== null),
  };
}

/**
 * Test workers are ended without ceremony, so a shell waits for the end of this process (of the pipe to it), then ends
 * the broker and removes its folder.
 */
function endWithThisProcess(folder: string, note: string): void {
  const script = `cat > /dev/null
    pid=$(cat "$0/pid" 2> /dev/null) && kill -KILL "$pid" 2> /dev/null
    while [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
    rm -rf "$0" "$1"`;
  const shell = spawn('/bin/sh', ['-c', script, folder, note], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
}
