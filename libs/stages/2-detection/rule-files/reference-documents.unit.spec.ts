import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMistake } from './mistake';
import { readRuleFiles } from './read-rule-files';
import { readRuleText } from './read-rule-text';

const head = `id: some-rule
title: {en: A rule, zh: 规则}
source: a decision
on: transaction
`;
const foot = 'raise: {on: every, severity: low}\n';
const rule = (more: string): string => `${head}${more}${foot}`;
const measured = (threshold: string, measure = '{value: amount, by: [tellerId]}'): string =>
  rule(`measure: ${measure}\nthreshold: ${threshold}\n`);
const list = (name: string, values = '[A]', more = ''): string =>
  `list: ${name}\nsource: a decision\n${more}values: ${values}\n`;
const table = (name: string, values = '{junior: 50000.10}'): string =>
  `table: ${name}\nsource: a decision\nvalues: ${values}\n`;
const rates = (values: string, currency = 'USD', more = ''): string =>
  `rates: ${currency}\nsource: a decision\n${more}values:\n${values}`;
const rate = (currency: string, from: string, value = '1.1'): string =>
  `  - {currency: ${currency}, from: '${from}', rate: ${value}}\n`;
const march = '2026-03-01T00:00:00+08:00';

const told = (text: string): string[] =>
  readRuleText(text, 'r.yaml').mistakes.map((mistake) => formatMistake(mistake).slice('r.yaml:'.length));

describe('reference documents in a text', () => {
  it('are read among rules, in lists and documents, with every digit as it is written', () => {
    const { rules, references, mistakes } = readRuleText(
      `${rule('')}---\n- ${list('watched', '[A, 5, true]').trimEnd().replaceAll('\n', '\n  ')}\n---\n${table('authority')}---\n` +
        rates(rate('EUR', march, '1.10') + rate('JPY', march, '"0.0066"')),
      'r.yaml',
    );

    expect(mistakes).toEqual([]);
    expect(rules.map((one) => one.rule.id)).toEqual(['some-rule']);
    expect(references.map(({ reference, line }) => [reference, line])).toMatchObject([
      [{ list: 'watched', version: 1, effectiveFrom: '1970-01-01T00:00:00Z', values: ['A', 5, true] }, 7],
      [{ table: 'authority', values: { junior: '50000.10' } }, 11],
      [{ rates: 'USD', values: [{ currency: 'EUR', from: march, rate: '1.10' }, { rate: '0.0066' }] }, 15],
    ]);
  });

  it.each([
    [
      'a key misspelt',
      list('a').replace('values', 'valus'),
      ['3:1 valus: There is no "valus" here (did you mean "values"?)'],
    ],
    [
      'what a rule has and a list has not',
      list('a', '[]', 'severity: low\n'),
      ['3:1 severity: There is no "severity" here (known here: list, title, source, version, effectiveFrom, values)'],
    ],
    ['a time without a zone', list('a', '[]', 'effectiveFrom: 2026-01-01T00:00:00\n'), [/^3:16 effectiveFrom: .*zone/]],
    [
      'a number that cannot be held exactly',
      list('a', '[6222020200112233445]'),
      [
        '3:10 values[0]: The number 6222020200112233445 cannot be held exactly (put it in quotes: "6222020200112233445")',
      ],
    ],
    ['YAML 1.1 truths', list('a', '[yes]'), [/^3:10 values\[0\]: In YAML 1.2 yes is text, not true/]],
    [
      'a value of a table that is no decimal',
      table('a', '{junior: much}'),
      [/^3:18 values.junior: "much" cannot be read/],
    ],
    [
      'a value of a table that is too large',
      table('a', '{junior: 100.00, senior: 999999999999999.99}'),
      [
        '3:34 values.senior: "999999999999999.99" is too large to be counted exactly: its digits without the point may not exceed 9007199254740991 (2^53 - 1).',
      ],
    ],
    [
      'rates into what is no currency',
      rates(rate('EUR', march), 'RMB'),
      ['1:8 rates: "RMB" is no ISO 4217 currency in use (did you mean "CNY"?)'],
    ],
    [
      'a rate of what is no currency',
      rates(rate('EURO', march)),
      ['4:16 values[0].currency: "EURO" is no ISO 4217 currency in use (did you mean "EUR"?)'],
    ],
    [
      'a rate of the currency itself',
      rates(rate('USD', march)),
      ['4:16 values[0].currency: One USD is worth one USD (leave it out)'],
    ],
    ['a rate of 0', rates(rate('EUR', march, '0.00')), [/^4:\d+ values\[0\].rate: A rate must be above 0\.$/]],
    ['a rate below 0', rates(rate('EUR', march, '-1')), [/^4:\d+ values\[0\].rate: "-1" cannot be read/]],
    ['a rate from no time', rates(rate('EUR', 'yesterday')), [/^4:27 values\[0\].from: /]],
    [
      'a rate that is given twice, however its time is written',
      rates(rate('EUR', march) + rate('JPY', march) + rate('EUR', '2026-02-28T16:00:00Z')),
      [
        '6:27 values[2].from: A rate of EUR from 2026-02-28T16:00:00Z is given twice; the other is values[0] (remove one of the two)',
      ],
    ],
  ])('tell %s', (_, text, wanted) => {
    expect(told(text)).toEqual(
      wanted.map((one): unknown => (typeof one === 'string' ? one : (expect.stringMatching(one) as unknown))),
    );
  });
});

describe('names that the whole language uses', () => {
  it.each([
    [
      'sameAs',
      rule('when: [{field: tellerId, sameAs: tellerID}]\n'),
      ['5:34 when[0].sameAs: A fact has no field "tellerID" (did you mean "tellerId"?)'],
    ],
    [
      'differsFrom',
      rule('when: [{field: tellerId, differsFrom: checker}]\n'),
      [/when\[0\].differsFrom: .*attributes\.checker/],
    ],
    [
      'a limit of a field',
      measured('{above: {field: limit}, currency: CNY}'),
      [/^6:28 threshold.above.field: .*attributes\.limit/],
    ],
    [
      'the key of a table',
      measured('{above: {table: a, key: grade}, currency: CNY}'),
      [/^6:36 threshold.above.key: .*attributes\.grade/],
    ],
    [
      'a limit in a tier and at an end of between',
      measured('{tiers: [{between: [1, {field: limit}], severity: low}], currency: CNY}').replace(
        ', severity: low}\n',
        '}\n',
      ),
      [/threshold\.tiers\[0\]\.between\[1\]\.field/],
    ],
    ...['sum', 'average', 'max', 'min', 'distinct', 'share', 'turn', 'timesUsual'].map(
      (verb): [string, string, RegExp[]] => [
        verb,
        measured('{above: 5}', `{${verb}: amuont, by: [customerid], window: {sliding: PT1H}}`),
        [new RegExp(`^5:\\d+ measure.${verb}: .*"amount"`), /measure\.by\[0\]: .*"customerId"/],
      ],
    ),
    [
      'of a share',
      measured('{above: 5}', '{share: type, of: sum, by: [accountId], window: {sliding: PT1H}}'),
      [/measure\.of: .*attributes\.sum/],
    ],
    [
      'what ends a run',
      measured(
        '{above: 5}',
        '{run: facts, by: [accountId], window: {sliding: PT1H}, where: [{field: typ, exists: true}], until: [{field: tpe, exists: true}]}',
      ),
      [/measure\.where\[0\]\.field: .*"type"/, /measure\.until\[0\]\.field: .*"type"/],
    ],
    [
      'the zone of a recommendation',
      rule('recommend: {freeze: {until: nextDay, timezone: Shanghai}}\n'),
      [/recommend\.freeze\.timezone: .*Asia\/Shanghai/],
    ],
    [
      'a recommendation until a day in no zone',
      rule('recommend: {freeze: {until: nextDay}}\n'),
      [/recommend\.freeze\.until: .*timezone/],
    ],
    [
      'an amount as the limit of what is no money',
      measured(
        '{between: [{field: amount}, {field: amont}]}',
        '{count: facts, by: [accountId], window: {sliding: PT1H}}',
      ),
      [/threshold\.between\[0\]\.field: .*no money/, /threshold\.between\[1\]\.field: .*"amount"/],
    ],
    [
      'severities given twice or never',
      measured('{tiers: [{above: 5, severity: low}], currency: CNY}'),
      [/raise\.severity/],
    ],
  ])('%s', (_, text, wanted) => {
    expect(told(text)).toEqual(
      wanted.map((one): unknown => (typeof one === 'string' ? one : (expect.stringMatching(one) as unknown))),
    );
  });

  it('reads the number behind else from its text', () => {
    const { rules, mistakes } = readRuleText(
      measured('{above: {table: a, key: type, else: 10000.10}, currency: CNY}'),
      'r.yaml',
    );

    expect(mistakes).toEqual([]);
    expect(rules[0]?.rule.threshold?.above).toEqual({ table: 'a', key: 'type', else: '10000.10' });
  });
});

describe('rules and what they look up, together', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-references-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(files: Record<string, string>, ...paths: string[]): Promise<{ told: string[]; rules: string[] }> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const { rules, mistakes } = await readRuleFiles(
      ...(paths.length === 0 ? [folder] : paths.map((path) => join(folder, path))),
    );
    return {
      told: mistakes.map((mistake) => formatMistake(mistake).replaceAll(`${folder}/`, '')),
      rules: rules.map((one) => one.rule.id),
    };
  }

  const watches = rule('when: [{any: [{field: counterpartyId, inList: watched}, {field: type, notInList: tpyes}]}]\n');
  const limited = measured('{tiers: [{above: {table: authority, key: type}, severity: high}], currency: CNY}')
    .replace('some-rule', 'limited')
    .replace(', severity: low}\n', '}\n');

  it('tells lists and tables that no document gives, wherever in a rule they are named', async () => {
    expect(await read({ 'a.yaml': watches, 'b.yaml': `${limited}---\n${list('types')}` })).toEqual({
      told: [
        'a.yaml:5:47 when[0].any[0].inList: No document gives the list "watched" (name the file that gives it too, or write one: list: watched)',
        'a.yaml:5:82 when[0].any[1].notInList: No document gives the list "tpyes" (did you mean "types"?)',
        'b.yaml:6:37 threshold.tiers[0].above.table: No document gives the table "authority" (name the file that gives it too, or write one: table: authority)',
      ],
      rules: [],
    });
  });

  it('finds them in whatever file, folder or path they stand', async () => {
    const files = {
      'a.yaml': watches,
      'b.yaml': limited,
      'l.yaml': `${list('watched')}---\n${list('tpyes')}---\n${table('authority')}`,
    };

    expect(await read(files)).toEqual({ told: [], rules: ['some-rule', 'limited'] });
    expect(await read(files, 'a.yaml', 'l.yaml', 'a.yaml')).toEqual({ told: [], rules: ['some-rule'] });
  });

  it('does not tell a list as missing that stands there with a mistake, nor where a file cannot be read', async () => {
    const wrong = list('watched', '[yes]') + '---\n' + list('tpyes');

    expect((await read({ 'a.yaml': watches, 'l.yaml': wrong })).told).toEqual([expect.stringContaining('YAML 1.2')]);
    expect((await read({ 'a.yaml': watches }, 'a.yaml', 'none')).told).toEqual([
      expect.stringContaining('no such file'),
    ]);
  });

  it('tells a list of numbers for a field that is always text', async () => {
    const files = { 'a.yaml': watches, 'l.yaml': `${list('watched', '[A, 1001]')}---\n${list('tpyes')}` };

    expect((await read(files)).told).toEqual([
      'a.yaml:5:47 when[0].any[0].inList: "counterpartyId" is text in every fact and never equals 1001, which stands in the list "watched" (put it in quotes in l.yaml:1)',
    ]);
  });

  it('tells versions that are given twice, begin too early or stand in two files, for each kind apart', async () => {
    const from = (version: number, day: string): string =>
      `version: ${version}\neffectiveFrom: 2026-01-${day}T00:00:00Z\n`;
    const same = `${list('x', '[]', from(1, '05'))}---\n${list('x', '[]', from(1, '06'))}---\n${list('x', '[]', from(2, '05'))}`;

    expect(
      (
        await read({
          'a.yaml': `${same}---\n${table('x')}---\n${rule('').replace('some-rule', 'x')}`,
          'b.yaml': `${list('x')}---\n${rates('', 'EUR').replace('values:\n', 'values: []\n')}`,
          'c.yaml': rates('', 'EUR').replace('values:\n', 'values: []\n'),
        })
      ).told,
    ).toEqual([
      'a.yaml:9:10 version: Version 1 of the list "x" is given twice; it stands already at a.yaml:1:1 (give each version its own number)',
      'a.yaml:16:16 effectiveFrom: Version 2 must begin after version 1, which begins 2026-01-05T00:00:00.000Z.',
      'b.yaml:1:7 list: The list "x" stands in another file too: a.yaml:1:1 (keep all versions of a list in one file, or give this one another name)',
      'c.yaml:1:8 rates: The rates into EUR stand in another file too: b.yaml:5:1 (keep all versions of them in one file)',
    ]);
  });
});
