import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/weir-command';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const steps = read('deploy/Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return { instruction, rest };
  });
const copies = steps
  .filter(({ instruction, rest }) => instruction === 'COPY' && !rest.includes('--from='))
  .map(({ rest }) => rest.split(/\s+/).filter((word) => !word.startsWith('--')))
  .map((words) => ({ sources: words.slice(0, -1), target: words.at(-1) ?? '' }));
const last = (wanted: string): string =>
  steps.filter(({ instruction }) => instruction === wanted).at(-1)?.rest ?? `no ${wanted}`;

/** The workspaces by their manifests, as npm finds them. */
function manifests(): readonly string[] {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { link?: boolean; resolved?: string }>;
  };
  return Object.values(packages)
    .filter(({ link }) => link === true)
    .map(({ resolved }) => `${resolved}/package.json`)
    .sort();
}

describe('The image', () => {
  test('copies only what there is, each to its own place', () => {
    expect(copies.length).toBeGreaterThan(10);
    for (const { sources, target } of copies) {
      for (const source of sources) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
      const [only = ''] = sources;
      if (only.endsWith('/package.json')) expect(`${target}package.json`).toBe(only);
    }
  });

  test('knows every workspace, since npm ci wants them all', () => {
    const copied = copies.flatMap(({ sources }) => sources).filter((source) => source.endsWith('/package.json'));
    expect(copied.sort()).toEqual(manifests());
  });

  test('installs the packages of every app to run, and compiles every app and library', () => {
    const apps = manifests().filter((path) => path.startsWith('apps/'));
    const names = apps.map((path) => (JSON.parse(read(path)) as { name: string }).name).sort();
    const install = steps.find(({ rest }) => rest.includes('--omit=dev'))?.rest ?? '';
    expect([...install.matchAll(/--workspace (\S+)/g)].map(([, name]) => name).sort()).toEqual(names);
    const { references } = JSON.parse(read('tsconfig.json')) as { references: readonly { path: string }[] };
    for (const { path } of references) expect(path).toMatch(/^(apps|libs)\//);
  });

  test('is sent what it copies, and neither packages, nor output, nor secrets', () => {
    const lines = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(lines[0]).toBe('*');
    for (const source of copies.flatMap(({ sources }) => sources)) {
      expect([source, allowed.some((path) => source === path || source.startsWith(`${path}/`))]).toEqual([
        source,
        true,
      ]);
    }
    for (const path of allowed) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect(lines).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/.weir']));
    expect(allowed).not.toContain('deploy');
  });

  test('runs as nobody special, stops on SIGTERM and says whether it lives', () => {
    expect(last('USER')).toBe('node');
    expect(last('STOPSIGNAL')).toBe('SIGTERM');
    expect(last('HEALTHCHECK')).toContain('CMD ["node", "/app/deploy/healthy.js", "live"]');
    expect(JSON.parse(last('ENTRYPOINT'))).toEqual(['/app/deploy/entrypoint.sh']);
    for (const script of ['deploy/entrypoint.sh', 'deploy/make-secrets.sh']) {
      expect([script, statSync(join(root, script)).mode & 0o111]).toEqual([script, 0o111]);
    }
  });
});
