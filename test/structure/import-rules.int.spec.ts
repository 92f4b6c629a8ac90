import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../harness/weir-command';

/**
 * Puts forbidden imports into real places of the tree, lints them, and takes them out again: the import rules are worth
 * nothing unless they fail.
 */
describe('the import rules', () => {
  const forbidden = [
    [
      'a stage importing a stage',
      'libs/stages/2-detection/steps',
      "import { readBatch } from '@weir/intake';\nexport const x = readBatch;\n",
    ],
    [
      'the domain importing a contract',
      'libs/domain/fact',
      "import { topics } from '@weir/contracts';\nexport const x = topics;\n",
    ],
    [
      'the domain importing a framework',
      'libs/domain/fact',
      "import { Injectable } from '@nestjs/common';\nexport const x = Injectable;\n",
    ],
    [
      'the domain doing I/O',
      'libs/domain/fact',
      "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n",
    ],
    [
      'the platform importing the domain',
      'libs/platform/clock',
      "import { factName } from '@weir/domain';\nexport const x = factName;\n",
    ],
    [
      'contracts importing the domain',
      'libs/contracts/fact',
      "import { factName } from '@weir/domain';\nexport const x = factName;\n",
    ],
    [
      'a product library importing the testing library',
      'libs/platform/clock',
      "import { startRedis } from '@weir/testing';\nexport const x = startRedis;\n",
    ],
    ['the domain reading the clock', 'libs/domain/fact', 'export const x = () => Date.now();\n'],
    ['the domain reading randomness', 'libs/domain/fact', 'export const x = () => Math.random();\n'],
  ] as const;
  const allowed = [
    [
      'a stage importing the domain',
      'libs/stages/2-detection/steps',
      "import { factName } from '@weir/domain';\nexport const x = factName;\n",
    ],
  ] as const;
  const name = (index: number): string => `import-rule-${process.pid}-${index}.probe.ts`;
  const all = [...forbidden, ...allowed];
  const files = all.map(([, folder], index) => join(root, folder, name(index)));
  let messages: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_ISOLATE_PLUGINS: 'false' };
    try {
      all.forEach(([, , text], index) => {
        const file = files[index] ?? '';
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      });
      const graph = join(root, '.nx', `graph-of-test-${process.pid}.json`);
      execFileSync(process.execPath, [join(root, 'node_modules/.bin/nx'), 'graph', `--file=${graph}`], {
        cwd: root,
        env,
        stdio: 'ignore',
      });
      rmSync(graph, { force: true });
      const { stdout } = spawnSync(
        process.execPath,
        [join(root, 'node_modules/.bin/eslint'), '--format', 'json', ...files],
        {
          cwd: root,
          env,
          encoding: 'utf8',
          maxBuffer: 1 << 26,
        },
      );
      const results = JSON.parse(stdout) as {
        filePath: string;
        messages: { ruleId: string | null; message: string }[];
      }[];
      messages = new Map(
        results.map((result) => [result.filePath, result.messages.map((one) => `${one.ruleId}: ${one.message}`)]),
      );
    } finally {
      for (const file of files) rmSync(file, { force: true });
    }
  }, 120_000);

  it.each(forbidden.map(([what], index) => [what, index] as const))('refuse %s', (_what, index) => {
    const found = messages.get(files[index] ?? '') ?? [];
    expect(found.join('\n')).toMatch(/enforce-module-boundaries|no-restricted-(imports|syntax|globals)/);
  });

  it.each(allowed.map(([what], index) => [what, forbidden.length + index] as const))('allow %s', (_what, index) => {
    expect(messages.get(files[index] ?? '')).toEqual([]);
  });
});
