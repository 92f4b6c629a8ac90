import { preview } from './preview';

const shown = (original: string | Buffer): string => preview(Buffer.from(original as string)).join('\n');

describe('the preview of an original', () => {
  it('shows what says nothing of a person, and names of fields', () => {
    const fact =
      '{"id":"T1","kind":"transaction","acountId":"6222020200112233445","accountId":"6222020200112233445","amount":4800,' +
      '"customerName":"张三","pin":1234,"ok":true,"tags":["a",2],"occurredAt":"2026-11-22T08:15:30.123+08:00"}';
    expect(shown(fact)).toBe(
      '{"id":"T1","kind":"transaction","acountId":"***","accountId":"***3445","amount":4800,' +
        '"customerName":"***","pin":***,"ok":true,"tags":["***",2],"occurredAt":"2026-11-22T08:15:30.123+08:00"}',
    );
  });

  it('shows by its shape what is not JSON', () => {
    expect(shown('T1;6222020200112233445;Zhang San;张三;100,00;CNY')).toBe(
      'A9;9999999999999999999;Aaaaa Aaa;字字;999,99;AAA',
    );
  });

  it('shows nothing behind a quote that is not closed, nor a value that has no name', () => {
    expect(shown('{"channel":"ebank, accountId: 6222, name: Zhang San}')).toBe('{"channel":"***');
    expect(shown('{"kind":"transaction" "6222", "type":"transfer"}, "Zhang"')).toBe(
      '{"kind":"transaction" "***", "type":"transfer"}, "***"',
    );
  });

  it('keeps lines, and escapes what a terminal would obey or hide', () => {
    expect(preview(Buffer.from('{\n  "id": "\u202egnp\u001b[31m\u200b",\r\n\t"x": null\n}'))).toEqual([
      '{',
      '  "id": "\\u202egnp\\u001b[31m\\u200b",',
      '\\u0009"x": null',
      '}',
    ]);
  });

  it('shows bytes that are not UTF-8 as bytes', () => {
    expect(shown(Buffer.from('{"id":"\xd5\xc5","name":"\xd5\xc5"} \xd5', 'latin1'))).toBe(
      '{"id":"\\xd5\\xc5","name":"***"} ?',
    );
  });

  it('says that there is more, and is short for the largest', () => {
    const lines = preview(Buffer.from(`{"id":"T1","list":[${'1,'.repeat(500_000)}`));
    expect(lines.at(-1)).toBe('…');
    expect(lines.join('').length).toBeLessThan(3_000);
  });

  it('of nothing is empty', () => {
    expect(preview(Buffer.alloc(0))).toEqual(['']);
  });
});
