/**
 * `npm run graph`: which project imports which, as Nx reads it from the sources, drawn as Mermaid into
 * docs/generated/dependency-graph.md. Fails where an arrow goes a way that the architecture does not know.
 * `--check`: compares with the file instead of writing it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bin, fail, must, root } from './prepare.mjs';

/** What a project of one kind may import. */
const allowed = {
  contracts: [],
  domain: [],
  platform: [],
  stage: ['contracts', 'domain', 'platform'],
  testing: ['contracts', 'domain', 'platform'],
  app: ['contracts', 'domain', 'platform', 'stage'],
  e2e: ['contracts', 'domain', 'platform', 'stage', 'testing', 'app'],
};
const target = join(root, 'docs/generated/dependency-graph.md');

const raw = join(root, '.nx', 'graph.json');
const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_ISOLATE_PLUGINS: 'false' };
must('Reading the project graph', process.execPath, [bin('nx'), 'graph', `--file=${raw}`], {
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { graph } = JSON.parse(readFileSync(raw, 'utf8'));
rmSync(raw, { force: true });

const kindOf = (name) =>
  (graph.nodes[name]?.data.tags ?? []).find((tag) => tag.startsWith('type:'))?.slice('type:'.length);
const projects = Object.keys(graph.nodes)
  .filter((name) => kindOf(name) !== undefined)
  .sort();
const wrong = [];
const arrows = [];
for (const source of projects) {
  const targets = new Set(
    (graph.dependencies[source] ?? []).filter(({ type }) => type !== 'implicit').map(({ target: to }) => to),
  );
  for (const to of [...targets].sort()) {
    if (kindOf(to) === undefined || to === source) continue;
    arrows.push([source, to]);
    if (!allowed[kindOf(source)].includes(kindOf(to)))
      wrong.push(`${source} (${kindOf(source)}) imports ${to} (${kindOf(to)})`);
  }
}
if (wrong.length > 0) fail(`Arrows that the architecture does not know:\n  ${wrong.join('\n  ')}`);

const box = (name) => name.replaceAll(/[^a-z]/g, '_');
const text = [
  '# Which project imports which',
  '',
  'Written by `npm run graph` from the sources; the test command compares it.',
  '',
  '```mermaid',
  'flowchart TD',
  ...Object.keys(allowed).flatMap((kind) => {
    const ofKind = projects.filter((name) => kindOf(name) === kind);
    return ofKind.length === 0
      ? []
      : [`  subgraph ${kind}`, ...ofKind.map((name) => `    ${box(name)}["${name}"]`), '  end'];
  }),
  ...arrows.map(([source, to]) => `  ${box(source)} --> ${box(to)}`),
  '```',
  '',
].join('\n');

if (process.argv.includes('--check')) {
  let found = '';
  try {
    found = readFileSync(target, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (found !== text) fail('docs/generated/dependency-graph.md is not up to date: run npm run graph and commit it.');
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
process.stderr.write(`${projects.length} projects, ${arrows.length} arrows, all allowed\n`);
