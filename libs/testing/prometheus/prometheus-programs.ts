import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Paths of the programs of a Prometheus. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  /** Checks configurations and rules. */
  readonly promtool: string;
}

/**
 * Prometheus and promtool: from the PATH, else installed with apt-get where this process may (root on Debian), which it
 * says on standard error. Where the package starts a service of its own, that one is left alone.
 * @throws Error that names what is missing and what provides it
 */
export function prometheusPrograms(): PrometheusPrograms {
  const found = findPrograms();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== null) {
    install('prometheus');
    const installed = findPrograms();
    if (installed !== null) return installed;
  }
  const missing = ['prometheus', 'promtool'].filter((program) => onPath(program) === null);
  throw new Error(
    `Tests need Prometheus, and there is none: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not on the ` +
      'PATH. Install it (Debian and Ubuntu: apt-get install prometheus; macOS: brew install prometheus).',
  );
}

function findPrograms(): PrometheusPrograms | null {
  const prometheus = onPath('prometheus');
  const promtool = onPath('promtool');
  return prometheus === null || promtool === null ? null : { prometheus, promtool };
}

function install(aPackage: string): void {
  process.stderr.write(`${aPackage} is missing: installing it with apt-get install ${aPackage}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Whatever else installs something at this moment is waited for.
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], { env, stdio: ['ignore', 2, 2] });
  apt('update');
  apt('install', '-y', '--no-install-recommends', aPackage);
}

function onPath(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for us: either way it is not the program that is looked for.
    return false;
  }
}
