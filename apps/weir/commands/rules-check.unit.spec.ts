import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMistake } from '@weir/detection';
import type { Command } from 'commander';
import { checkRules } from '../rules/check-rules';
import { rulesCheckCommand } from './rules-check';

const rule = (examples: string, more = ''): string => `id: large-cash
title: {en: Large cash, zh: 大额现金}
source: a decision
on: transaction
${more}measure: {value: amount, by: [accountId]}
threshold: {atLeast: 50000.00, currency: CNY}
raise: {on: every, severity: low}
examples:
${examples}`;

const fact = (id: string, amount: string, more = ''): string =>
  `      - {id: ${id}, kind: transaction, occurredAt: '2026-03-02T10:00:00+08:00', accountId: A, amount: '${amount}', currency: CNY${more}}\n`;
const example = (facts: string, hits: string): string =>
  `  - title: at the limit\n    facts:\n${facts}    hits: [${hits}]\n`;

describe('checkRules', () => {
  let folder: string;
  let written: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-check-'));
    written = '';
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => {
        written += String(text);
        return true;
      });
    }
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
    await rm(folder, { recursive: true });
  });

  async function told(text: string): Promise<string[]> {
    await writeFile(join(folder, 'r.yaml'), text);
    return (await checkRules(folder)).mistakes.map((mistake) => formatMistake(mistake).slice(folder.length + 1));
  }

  it('finds nothing where the examples come out as they say', async () => {
    const facts = fact('T1', '49999.99') + fact('T2', '50000') + fact('T3', '50000.01');

    expect(await told(rule(example(facts, 'T2, T3')))).toEqual([]);
  });

  it('tells wanted hits that are none, and hits that are not wanted, at their place', async () => {
    const facts = fact('T1', '49999.99') + fact('T2', '50000.00');

    expect(await told(rule(example(facts, 'T1')))).toEqual([
      'r.yaml:13:11 large-cash examples[0].hits: "at the limit" comes out differently: wanted but no hit: "T1" (measured 49999.99 CNY, not at least 50000.00 CNY); a hit but not wanted: "T2" (measured 50000.00 CNY, at least 50000.00 CNY).',
    ]);
  });

  it('tells why facts are no hits: before the version governs, not measured, or not raised', async () => {
    const later = (id: string, hour: string, more = ''): string =>
      fact(id, '60000.00', more).replace('T10', `T${hour}`);
    const facts = fact('T1', '60000.00') + later('T2', '12') + later('T3', '13') + later('T4', '14', ', type: loan');
    const text = rule(
      example(facts, 'T1, T2, T3, T4'),
      "effectiveFrom: '2026-03-02T11:00:00+08:00'\nwhen: [{field: type, exists: false}]\n",
    ).replace('on: every', 'on: crossing');

    expect(await told(text)).toEqual([
      'r.yaml:17:11 large-cash examples[0].hits: "at the limit" comes out differently: wanted but no hit: ' +
        '"T1" (it lies before effectiveFrom, 2026-03-02T03:00:00.000Z), ' +
        '"T3" (measured 60000.00 CNY, at least 50000.00 CNY; it meets the threshold, but "raise.on" lets no hit be raised there), ' +
        '"T4" (it is not measured: look at "on", "when", "trigger" and the fields of "by").',
    ]);
  });

  it('tells the measured value and the lowest limit where tiers are missed', async () => {
    const tiers = '{tiers: [{above: 60000, severity: low}, {above: 90000, severity: high}], currency: CNY}';
    const text = rule(example(fact('T1', '60000.00'), 'T1'))
      .replace('{atLeast: 50000.00, currency: CNY}', tiers)
      .replace(', severity: low}\nexamples', '}\nexamples');

    expect((await told(text))[0]).toContain('no hit: "T1" (measured 60000.00 CNY, not above 60000.00 CNY).');
  });

  it('runs the examples with the lists, tables and rates that are read beside the rule', async () => {
    const facts =
      fact('T1', '7042.25', ', tellerId: junior').replace('CNY', 'USD') + fact('T2', '50000.01', ', tellerId: junior');
    const looked = rule(example(facts + fact('T3', '50000.01', ', tellerId: senior'), 'T2')).replace(
      'atLeast: 50000.00',
      'above: {table: authority, key: tellerId}',
    );
    await writeFile(
      join(folder, 'reference.yaml'),
      `- {table: authority, source: s, values: {junior: 50000.00, senior: 200000.00}}
- {rates: CNY, source: s, values: [{currency: USD, from: '2026-01-01T00:00:00Z', rate: 7.1}]}
`,
    );

    expect(await told(looked)).toEqual([]);
    const { references } = await checkRules(folder);
    expect(references).toHaveLength(2);
  });

  it('runs the facts in their order in time, not as they are written', async () => {
    const late = fact('T1', '30000.00').replace('10:00', '11:00');
    const text = rule(example(late + fact('T2', '30000.00'), 'T1')).replace(
      'value: amount, by: [accountId]',
      'sum: amount, by: [accountId], window: {sliding: PT2H}',
    );

    expect(await told(text)).toEqual([]);
  });

  it.each([
    [
      'an amount that is no text',
      fact('T1', '1').replace("'1'", '5000.00'),
      'T1',
      'examples[0].facts[0]: Not a fact: ',
    ],
    ['a time without a zone', fact('T1', '1').replace('+08:00', ''), '', '[time-without-zone]'],
    ['a name that stands there twice', fact('T1', '1') + fact('T1', '2'), '', '"T1" stands there twice'],
    ['a hit that is none of the facts', fact('T1', '1'), 'T9', '"T9" is none of the facts'],
  ])('tells %s', async (_, facts, hits, reason) => {
    const mistakes = await told(rule(example(facts, hits)));

    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(reason);
  });

  it('ends with exit code 1 and every mistake on a line, or says what it looked at', async () => {
    const run = (path: string): Promise<Command> => rulesCheckCommand().parseAsync([path], { from: 'user' });
    await told(rule(example(fact('T1', '50000.00'), 'T1')));
    await run(folder);
    expect(process.exitCode).toBeUndefined();
    expect(written).toBe('No mistake: 1 rule in 1 file, 1 example run.\n');

    written = '';
    await told(rule(example(fact('T1', '50000.00'), 'T1'), 'wen: []\n'));
    await run(join(folder, 'r.yaml'));
    expect(process.exitCode).toBe(1);
    expect(written).toContain(
      'r.yaml:5:1 wen: There is no "wen" here (did you mean "when"?)\n1 mistake; 0 rules in 1 file',
    );
  });
});
