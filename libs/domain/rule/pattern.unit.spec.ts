import { compilePattern } from './pattern';
import { RuleError } from './rule-error';

const place = { rule: 'a-rule', path: ['when', 0, 'matches'] };

describe('the pattern of a condition', () => {
  it.each([
    ['^6222', '6222020200112233', true],
    ['^6222', '16222', false],
    ['transfer|payment', 'online-payment', true],
    ['^[A-Z]{2}\\d+$', 'CN42', true],
    ['^[A-Z]{2}\\d+$', 'CN42x', false],
    ['^(?:ab)c?$', 'ab', true],
    ['\\(x\\)', 'f(x)', true],
    ['[|+*()]', 'a|b', true],
    ['^.$', '😀', true],
  ])('given %s, on "%s" is %s', (pattern, text, wanted) => {
    expect(compilePattern(pattern, place)(text)).toBe(wanted);
  });

  it('looks at the first 256 characters', () => {
    const ends = compilePattern('x$', place);
    expect(ends(`${'a'.repeat(255)}x${'b'.repeat(9)}`)).toBe(true);
    expect(ends(`${'a'.repeat(256)}x`)).toBe(false);
  });

  it.each([
    ['(a+)+$', 'repeats a group'],
    ['(?:a|a)(?:a|a)$', 'offers a choice within a group'],
    ['a?a?a?a?a?a$', 'optional parts'],
    ['a*b*c*', 'open repeats'],
    ['a{2,}b{1,9}c+', 'open repeats'],
    ['(a)\\1', 'refers back'],
    ['(?=a)b', 'looks around'],
    ['(?<name>a)', 'names a group'],
    ['(', 'is not a regular expression'],
  ])('given %s, refuses it since it %s', (pattern, why) => {
    const compile = (): unknown => compilePattern(pattern, place);
    expect(compile).toThrow(RuleError);
    expect(compile).toThrow(why);
    expect(compile).toThrow(expect.objectContaining({ code: 'invalid-pattern', path: place.path }) as Error);
  });
});
