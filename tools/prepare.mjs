/** What every root command needs first: the right Node, installed packages, built sources. Node's own modules only. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.weir-installed');

/** Runs a command in the root folder with its output shown; ends the process where it fails. */
export function run(title, command, args, options = {}) {
  process.stderr.write(`\n== ${title}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) fail(`${command} could not be started: ${error.message}`);
  return status ?? 1;
}

/** The same, ending the process where the command fails. */
export function must(title, command, args, options = {}) {
  const status = run(title, command, args, options);
  if (status !== 0) fail(`${title}: failed with exit code ${status}.`);
}

export function fail(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}

/** A locally installed command, run by this very Node. */
export const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Refuses a Node that is too old, and installs the packages of package-lock.json where they are not there yet. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Weir needs Node 20.19 or newer; this is ${process.versions.node}. Install the newest LTS of Node.`);
  }
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  must('Installing packages (npm ci)', npm, ['ci', '--no-audit', '--no-fund']);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Compiles what has changed since the last time. */
export function ensureBuilt() {
  must('Building', process.execPath, [bin('tsc'), '-b']);
}
