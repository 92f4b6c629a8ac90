import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRules, readRulesToPublish, RuleFilesWrong } from './load-rules';

const rule = (hits: string): string => `id: large-cash
title: {en: Large cash, zh: 大额现金}
source: a decision
on: transaction
measure: {value: amount, by: [accountId]}
threshold: {atLeast: 50000.00, currency: CNY}
raise: {on: every, severity: low}
examples:
  - title: at the limit
    facts:
      - {id: T1, kind: transaction, occurredAt: '2026-03-02T10:00:00+08:00', accountId: A, amount: '50000.00', currency: CNY}
    hits: [${hits}]
`;

describe('rule files that are to come into force', () => {
  let file: string;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-load-rules-'));
    file = join(folder, 'rules.yaml');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read where their examples come out as they say', async () => {
    await writeFile(file, rule('T1'));
    expect((await readRulesToPublish(file)).rules.map(({ id }) => id)).toEqual(['large-cash']);
  });

  it('are refused where an example comes out differently, as for any other mistake', async () => {
    await writeFile(file, rule(''));
    const refused = readRulesToPublish(file);
    await expect(refused).rejects.toThrow(RuleFilesWrong);
    await expect(refused).rejects.toThrow(
      /rules\.yaml:12:11 large-cash examples\[0\]\.hits: "at the limit" comes out diff/,
    );
    // A replay only looks, and may look at rules in the making.
    await expect(readRules(file)).resolves.toMatchObject({ rules: [{ id: 'large-cash' }] });
  });
});
