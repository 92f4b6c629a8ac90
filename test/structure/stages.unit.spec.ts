import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/weir-command';

const stages = join(root, 'libs/stages');
const longestPipeline = 60;

describe.each(readdirSync(stages).filter((name) => /^\d-/.test(name)))('the stage %s', (stage) => {
  const folder = join(stages, stage);
  const pipeline = readdirSync(folder).find((name) => name.endsWith('.pipeline.ts')) ?? '';
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

  it('has its path in one file of at most 60 lines', () => {
    expect(read(pipeline).trimEnd().split('\n').length).toBeLessThanOrEqual(longestPipeline);
  });

  it('has a README, steps and a module', () => {
    const entries = readdirSync(folder);
    expect(entries).toEqual(expect.arrayContaining(['README.md', 'adapters', 'index.ts', 'package.json', 'steps']));
    expect(entries.some((name) => name.endsWith('.module.ts'))).toBe(true);
  });

  it('names every step in that file, or in a step that is named there', () => {
    const steps = readdirSync(join(folder, 'steps')).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
    );
    const imports = (text: string): string[] =>
      [...text.matchAll(/from '\.\/(?:steps\/)?([\w-]+)'/g)].map(([, name]) => `${name}.ts`);
    const named = new Set(imports(read(pipeline)));
    for (const step of named)
      if (steps.includes(step)) for (const inner of imports(read(join('steps', step)))) named.add(inner);
    expect(steps.filter((step) => !named.has(step))).toEqual([]);
  });
});
