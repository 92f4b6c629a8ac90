import fc from 'fast-check';
import { forTerminal, jsonForTerminal, shortened, textOf } from './terminal';

/** An invisible character beyond the first plane. */
const tag = String.fromCodePoint(0xe0041);

describe('text for a terminal', () => {
  it('shows every language as it is, and escapes what would be obeyed or hidden', () => {
    expect(forTerminal('张三, Ω, é, 😀')).toBe('张三, Ω, é, 😀');
    expect(forTerminal(`\u001b[2J\r\n\u009b\u202e\u2066\u200b\ufeff\u2028\ud800${tag}`)).toBe(
      '\\u001b[2J\\u000d\\u000a\\u009b\\u202e\\u2066\\u200b\\ufeff\\u2028\\ud800\\u{e0041}',
    );
  });

  it('as JSON is read back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = jsonForTerminal({ text });
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
    expect(jsonForTerminal(`\u202e${tag}`)).toBe('"\\u202e\\udb40\\udc41"');
  });

  it('of bytes that are not UTF-8 shows each byte beyond ASCII', () => {
    expect(forTerminal(textOf(Buffer.from([0x41, 0xd5, 0xc5, 0x80, 0xff])))).toBe('A\\xd5\\xc5\\x80\\xff');
    expect(textOf(Buffer.from('客户 \ufffd'))).toBe('客户 \ufffd');
  });

  it('is cut between characters', () => {
    expect([shortened('abcdef', 6), shortened('abcdefg', 6), shortened('abcd😀fg', 6)]).toEqual([
      'abcdef',
      'abcde…',
      'abcd…',
    ]);
  });
});
