import { formatMistake } from './mistake';
import { readRuleText } from './read-rule-text';

const head = `id: some-rule
title: {en: A rule, zh: 规则}
source: a decision
on: transaction
`;
const foot = 'raise: {on: every, severity: low}\n';

/** The mistakes of a text as lines, without the file's name. */
const told = (text: string, file = 'r.yaml'): string[] =>
  readRuleText(text, file).mistakes.map((mistake) => formatMistake(mistake).slice(file.length + 1));

const measures = 'the measures are value, count, sum, average, max, min, distinct, share, run, idle, turn, timesUsual';

describe('readRuleText', () => {
  it('reads one rule, a list of rules, several documents, and JSON, with the place of each', () => {
    const rule = (id: string): string => `${head.replace('some-rule', id)}${foot}`;
    const indented = (id: string): string => `- ${rule(id).trimEnd().replaceAll('\n', '\n  ')}\n`;
    const json =
      '{\n\t"id": "five", "title": {"en": "A", "zh": "规"}, "source": "s",\n\t"on": "any", "raise": {"on": "every", "severity": "low"}\n}';

    const yaml = readRuleText(`# rules\n${rule('one')}---\n${indented('two')}${indented('three')}---\n`, 'r.yaml');
    const five = readRuleText(json, 'r.json');

    expect([...yaml.mistakes, ...five.mistakes]).toEqual([]);
    expect(yaml.rules.map(({ rule: { id }, line, column }) => [id, line, column])).toEqual([
      ['one', 2, 1],
      ['two', 8, 3],
      ['three', 13, 3],
    ]);
    expect(yaml.rules[2]?.locate(['raise', 'severity'])).toEqual({ line: 17, column: 32 });
    expect(yaml.rules[2]?.locate(['review', 'due'])).toEqual({ line: 13, column: 3 });
    expect(five.rules[0]?.rule.id).toBe('five');
  });

  it('keeps every digit of a limit that is written without quotes, and fills in what may be left out', () => {
    const text = `${head}when:
  - {field: amount, between: [0.10, 100000000000.10]}
measure: {sum: amount, by: [accountId], window: {sliding: PT1H}}
threshold: {above: 10000.00, currency: CNY}
${foot}`;

    const { rules, mistakes } = readRuleText(text, 'r.yaml');

    expect(mistakes).toEqual([]);
    expect(rules[0]?.rule).toMatchObject({
      version: 1,
      effectiveFrom: '1970-01-01T00:00:00Z',
      lateness: 'PT1H',
      when: [{ field: 'amount', between: ['0.10', '100000000000.10'] }],
      threshold: { above: '10000.00' },
      trigger: [],
    });
  });

  it.each([
    ['a key misspelt', `${head}whne: []\n${foot}`, ['5:1 whne: There is no "whne" here (did you mean "when"?)']],
    [
      'a key of no sort',
      `${head}when: [{field: type, startsWith: cash}]\n${foot}`,
      [
        '5:22 when[0].startsWith: There is no "startsWith" here (known here: field, equals, in, notIn, inList, notInList, sameAs, differsFrom, above, atLeast, below, atMost, between, exists, matches)',
      ],
    ],
    [
      'an operator misspelt',
      `${head}when: [{field: amount, atleast: 5}]\n${foot}`,
      ['5:24 when[0].atleast: There is no "atleast" here (did you mean "atLeast"?)'],
    ],
    [
      'a field misspelt',
      `${head}when: [{field: acountId, exists: true}]\n${foot}`,
      ['5:16 when[0].field: A fact has no field "acountId" (did you mean "accountId"?)'],
    ],
    [
      'an attribute without its prefix, deep inside',
      `${head}when: [{not: {any: [{field: certificate, equals: false}]}}]\n${foot}`,
      [
        '5:29 when[0].not.any[0].field: A fact has no field "certificate" (it may be an attribute: "attributes.certificate")',
      ],
    ],
    [
      'the time of a fact',
      `${head}when: [{field: occurredAt, above: 5}]\n${foot}`,
      [
        '5:16 when[0].field: When a fact occurred cannot be compared here; windows look at time (let upstream send what you need, e.g. as attributes.hour)',
      ],
    ],
    [
      'YAML 1.1 truths',
      `${head}when: [{field: attributes.certificate, equals: no}]\n${foot}`,
      ['5:48 when[0].equals: In YAML 1.2 no is text, not false (write false, or "no" in quotes if the text is meant)'],
    ],
    [
      'a number where facts carry text',
      `${head}when: [{field: accountId, in: [6222020200112233445]}]\n${foot}`,
      [
        '5:32 when[0].in[0]: The number 6222020200112233445 cannot be held exactly (put it in quotes: "6222020200112233445")',
      ],
    ],
    [
      'a word that a field never has',
      `${head}when: [{field: direction, equals: outt}]\n${foot}`,
      ['5:35 when[0].equals: "direction" is one of in, out and never "outt" (did you mean "out"?)'],
    ],
    [
      'a currency that is none',
      `${head}measure: {value: amount}\nthreshold: {above: 5, currency: RMB}\n${foot}`,
      ['6:33 threshold.currency: "RMB" is no ISO 4217 currency in use (did you mean "CNY"?)'],
    ],
    [
      'a zone that is none',
      `${head}measure: {count: facts, by: [accountId], window: {calendar: day, timezone: Shanghai}}\nthreshold: {above: 5}\n${foot}`,
      ['5:76 measure.window.timezone: "Shanghai" is no IANA time zone (did you mean "Asia/Shanghai"?)'],
    ],
    [
      'a misspelt window: the missing one is not told beside',
      `${head}measure: {count: facts, by: [accountId], windw: {sliding: PT1H}}\nthreshold: {above: 5}\n${foot}`,
      ['5:42 measure.windw: There is no "windw" here (did you mean "window"?)'],
    ],
    [
      'a severity misspelt, and a raise that is none',
      `${head}raise: {on: evry, severity: hihg}\n`,
      [
        '5:13 raise.on: It must be one of every, crossing, not "evry" (did you mean "every"?)',
        '5:29 raise.severity: It must be one of low, medium, high, critical, not "hihg" (did you mean "high"?)',
      ],
    ],
    [
      'a list of measures',
      `${head}measure: [{value: amount}, {count: facts, by: [accountId], window: {sliding: P1D}}]\nthreshold: {above: 1, currency: CNY}\n${foot}`,
      ['5:10 measure: A rule has one measure, not a list of them (make two rules)'],
    ],
    [
      'two measures in one',
      `${head}measure: {sum: amount, count: facts, by: [accountId], window: {sliding: P1D}}\nthreshold: {above: 1, currency: CNY}\n${foot}`,
      ['5:24 measure.count: A rule has one measure, and here are "sum", "count" (make two rules)'],
    ],
    [
      'a measure that there is not, and what else is wrong with it',
      `${head}measure: {median: amount, by: [accountId], window: {slidng: P1D}}\nthreshold: {above: 1, currency: CNY}\n${foot}`,
      [
        `5:11 measure.median: No measure is called "median" (${measures})`,
        '5:53 measure.window.slidng: There is no "slidng" here (did you mean "sliding"?)',
      ],
    ],
    [
      'no measure',
      `${head}measure: {by: [accountId]}\nthreshold: {above: 1, currency: CNY}\n${foot}`,
      [`5:10 measure: No measure is named here (${measures})`],
    ],
    [
      'a measure that is only a word',
      `${head}measure: sum\nthreshold: {above: 1, currency: CNY}\n${foot}`,
      [`5:10 measure: It must be a mapping that names a measure, not "sum" (${measures})`],
    ],
    [
      'a measure misspelt',
      `${head}measure: {sun: amount, by: [accountId], window: {sliding: P1D}}\nthreshold: {above: 1, currency: CNY}\n${foot}`,
      ['5:11 measure.sun: There is no "sun" here (did you mean "sum"?)'],
    ],
    [
      'what is missing',
      'id: x\n',
      [
        '1:1 title: "title" is missing (give a mapping with en, zh)',
        '1:1 source: "source" is missing (Where it comes from: regulation, clause, decision.)',
        '1:1 on: "on" is missing (give transaction, operation, any)',
        '1:1 raise: "raise" is missing (give a mapping with on, severity)',
      ],
    ],
    [
      'the wrong sort of value',
      `${head.replace('a decision', '5')}when: {field: amount}\n${foot}`,
      ['3:9 source: It must be text, not 5 (put it in quotes: "5")', '5:7 when: It must be a list, not a mapping.'],
    ],
    [
      'a duration in words',
      `${head}review: {due: 4 hours}\n${foot}`,
      [
        '5:15 review.due: "4 hours" cannot be read (ISO 8601 duration in weeks, days, hours, minutes and seconds, e.g. PT1H, P30D.)',
      ],
    ],
    [
      'an exponent where a decimal is wanted',
      `${head}measure: {value: amount}\nthreshold: {above: 1e4, currency: CNY}\n${foot}`,
      [
        '6:20 threshold.above: "1e4" cannot be read (A plain decimal of at most 15 digits before the point and 9 behind it, as a string ("10000.00") wherever it has a fraction.)',
      ],
    ],
    ['something that is no rule', '- 5\n', ['1:3: A rule is a mapping that begins with id, not 5.']],
    ['nothing', '# nothing\n---\n', ['1:1: The file holds no rule.']],
    ['a key twice', `${head}on: any\n${foot}`, ['5:1: Map keys must be unique (remove one of the two)']],
    [
      'a tag',
      `${head}when: !!js/function []\n${foot}`,
      ['5:7: Unresolved tag: tag:yaml.org,2002:js/function (leave the tag out)'],
    ],
    ['another YAML', `%YAML 1.1\n---\n${head}${foot}`, ['1:1: Rules are written in YAML 1.2 (leave %YAML out)']],
    ['a loop of aliases', 'a: &a [*a]\n', ['1:8: Nothing may lie deeper than 40 levels.']],
    ['a prototype', '__proto__: {id: x}\n', ['1:1: "__proto__" cannot be a key.']],
  ])('tells %s', (_, text, wanted) => {
    expect(told(text)).toEqual(wanted);
  });

  it('tells every mistake of the meaning at once, not only the first', () => {
    const text = `${head}effectiveFrom: 2026-01-01
when: [{field: type, matches: '(a+)+'}, {field: channel}]
measure: {sum: attributes.points, by: [customerId, deviceId], window: {sliding: P9999D}}
threshold: {above: '1.0000005', currency: CNY}
${foot}`;

    expect(told(text).map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      '5:16 effectiveFrom',
      '6:31 when[0].matches',
      '6:41 when[1]',
      '7:81 measure.window.sliding',
      '8:20 threshold.above',
      '8:43 threshold.currency',
    ]);
  });

  it('finds the mistakes of one rule without losing the others of the file', () => {
    const { rules, mistakes } = readRuleText(
      `${head}${foot}---\n${head.replace('some-rule', 'Other')}${foot}`,
      'r.yaml',
    );

    expect(rules.map(({ rule }) => rule.id)).toEqual(['some-rule']);
    expect(mistakes.map(({ line, path }) => [line, path])).toEqual([[7, 'id']]);
  });

  it('survives aliases that unfold without end, and nesting that no stack holds', () => {
    const list = (name: string, of: string): string => `${name}: &${name} [${Array<string>(12).fill(of).join(', ')}]\n`;
    const bomb = 'bcdefgh'
      .split('')
      .reduce((text, name, index) => `${text}${list(name, `*${'abcdefg'[index] ?? ''}`)}`, list('a', 'x'));

    expect(told(bomb)).toEqual([expect.stringMatching(/aliases|parts/)]);
    expect(told('['.repeat(5_000))).toEqual(['1:1: The file is nested too deeply to be read.']);
  });

  it('reads JSON as strictly: no unquoted text, no key twice', () => {
    expect(told('{"id": x}', 'r.json').length).toBeGreaterThan(0);
    expect(told('{"id": "x", "id": "y"}', 'r.json')).toEqual([expect.stringContaining('Map keys must be unique')]);
  });

  it('shows nothing that steers a terminal', () => {
    expect(told(`${head}"\\e[31mred": 1\n${foot}`)[0]).toBe(
      String.raw`5:1 \u001b[31mred: There is no "\u001b[31mred" here (known here: ` +
        'id, title, description, source, version, effectiveFrom, lateness, on, when, trigger, measure, threshold, raise, review, recommend, examples)',
    );
  });
});
