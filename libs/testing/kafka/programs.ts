import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { onPath } from '../redis/redis-program';

const PACKAGES = { java: 'openjdk-17-jre-headless', mvn: 'maven' } as const;

/** A program that Kafka's tests need. */
export type Program = keyof typeof PACKAGES;

/**
 * Paths of the programs; those that are missing are installed with apt-get where this process may (root on Debian),
 * which it says on standard error.
 * @throws {Error} naming what is missing and the command that provides it
 */
export function needPrograms<P extends Program>(programs: readonly P[]): Record<P, string> {
  let missing = programs.filter((program) => onPath(program) === null);
  if (
    missing.length > 0 &&
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version') &&
    onPath('apt-get') !== null
  ) {
    install(missing.map((program) => PACKAGES[program]));
    missing = programs.filter((program) => onPath(program) === null);
  }
  if (missing.length > 0) {
    const packages = missing.map((program) => PACKAGES[program]).join(' ');
    throw new Error(
      `Tests need Apache Kafka, and there is none: KAFKA_BROKERS is not set, no container engine answers, and ` +
        `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not on the PATH. Install what is missing ` +
        `(Debian and Ubuntu: apt-get install ${packages}; macOS: brew install openjdk@17 maven), start a container ` +
        `engine, or set KAFKA_BROKERS to brokers that tests may make topics on.`,
    );
  }
  return Object.fromEntries(programs.map((program) => [program, onPath(program)])) as Record<P, string>;
}

function install(packages: readonly string[]): void {
  process.stderr.write(`Missing for Apache Kafka: installing with apt-get install ${packages.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Whatever else installs something at this moment is waited for.
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], { env, stdio: ['ignore', 2, 2] });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}
