import { transactionExample } from '@weir/contracts';
import fc from 'fast-check';
import { readBatch } from '../intake.pipeline';
import { maskedIdentifier, maskedMessage, maskedName, maskedValue, withoutLongNumbers } from './masking';
import { preview } from './preview';
import { forTerminal } from './terminal';

const account = '6222020200112233445';
const name = 'Zhang San-Feng';

/** The message with which intake refuses these bytes. */
function messageOf(bytes: Buffer): { readonly message: string; readonly harmless: string; readonly reason: string } {
  const record = { offset: 0, key: null, value: bytes, headers: {}, timestamp: Date.UTC(2026, 10, 22, 12) };
  const { refused } = readBatch(
    { topic: 'facts', partition: 0, records: [record] },
    { partitions: 1, maxFutureMs: 86_400_000 },
  );
  const [refusal] = refused;
  return refusal === undefined
    ? { message: '', harmless: '', reason: '' }
    : {
        message: maskedMessage(refusal.message, refusal.reason),
        harmless: maskedMessage(refusal.message, refusal.reason, 'harmless'),
        reason: refusal.reason,
      };
}
const ofFact = (more: object): string =>
  messageOf(Buffer.from(JSON.stringify({ ...transactionExample, ...more }))).message;

describe('a message without what it quotes', () => {
  it.each<[string, object, string]>([
    [
      'a name of a field and a hint stay',
      { occurredAt: undefined },
      '"occurredAt" is missing; every fact needs it: write ISO 8601 text with an offset or Z, e.g. "2026-11-22T08:15:30.123+08:00".',
    ],
    ['a word is masked', { direction: `to ${name}` }, '"direction" is "***"; write "in" or "out", or leave it out.'],
    [
      'also one with quotes in it',
      { direction: `a"b" ${name}` },
      '"direction" is "***"; write "in" or "out", or leave it out.',
    ],
    ['a number is masked', { accountId: 62220202 }, '"accountId" is a number; write text.'],
    ['a currency is masked', { currency: name }, '"currency": "***" is no ISO 4217 currency in use; write e.g. CNY.'],
    [
      'a path into the attributes stays',
      { attributes: { list: [{ far: 1e300 }] } },
      'The number at "attributes.list[0].far" is beyond what JSON readers hold exactly (***0991); write it as text.',
    ],
    [
      'several fields that are missing stay',
      { accountId: undefined, amount: null },
      'A transaction needs "accountId", "amount", which is missing or null.',
    ],
  ])('%s', (_what, more, wanted) => {
    expect(ofFact(more)).toBe(wanted);
  });

  it('shows the values that a preview shows, where that is wanted', () => {
    const shown = (field: string, value: string): string =>
      maskedMessage(`"${field}": "${value}" is not right, e.g. "4800.00".`, 'invalid-value', 'harmless');
    expect(shown('amount', '9000,00')).toBe('"amount": "9000,00" is not right, e.g. "4800.00".');
    expect(shown('amount', account)).toContain('"***3445"');
    expect(shown('customerId', name)).toContain('"***"');
  });

  it('gives the misspelt name of a field that stands twice', () => {
    const { message, reason } = messageOf(Buffer.from('{"id":"1","acountId":"1","acountId":"2"}'));
    expect([reason, message]).toEqual([
      'duplicate-key',
      'The field "acountId" is named twice in one object; name it once.',
    ]);
  });

  it('leaves out what the JSON parser quotes', () => {
    const { message } = messageOf(Buffer.from(`{"id":"1","name":${name}}`));
    expect(message).toMatch(/^The record is not JSON: .+, quoted text left out, is not valid JSON\. Send one/);
  });

  it('names the fact of a conflict, by which upstream finds it, and the fields that differ', () => {
    const message =
      '"T20261122-0001" of source "core" is known with other content ("amount", "tellerId"); the first stands. Send a correction under an id of its own.';
    expect(maskedMessage(message, 'conflicting-id')).toBe(message);
    expect(maskedMessage(message, 'not-json')).not.toContain('T20261122-0001');
  });

  it('keeps the words that are expected', () => {
    const message = 'The record is no state of a hit: severity: Invalid option: expected one of "low"|"high".';
    expect(maskedMessage(message, 'invalid-value')).toBe(message);
  });

  it('keeps counts of bytes, and no other long number', () => {
    expect(withoutLongNumbers(`67108864000 bytes of ${account}`)).toBe('67108864000 bytes of ***3445');
  });
});

describe('values and names', () => {
  it('show the last four characters of an account, as the log does', () => {
    expect([maskedIdentifier(account), maskedIdentifier('A1')]).toEqual(['***3445', '***']);
    expect(maskedValue('counterpartyId', account)).toBe('***3445');
  });

  it.each<[string | null, string, string]>([
    ['id', 'T20261122-000001', 'T20261122-000001'],
    ['channel', 'ebank', 'ebank'],
    ['customerId', 'C1', '***'],
    ['tellerId', 'T7', '***'],
    ['customerName', name, '***'],
    [null, 'ebank', '***'],
    ['channel', account, '***3445'],
    ['amount', '9000,00', '9000,00'],
    ['channel', `ebank, accountId: ${name}`, '***'],
    ['type', 'x'.repeat(65), '***'],
  ])('%s: %s is shown as %s', (field, value, wanted) => {
    expect(maskedValue(field, value)).toBe(wanted);
  });

  it('a name is shown where it looks like one', () => {
    expect(['acountId', 'attributes', account, name, ''].map(maskedName)).toEqual([
      'acountId',
      'attributes',
      '***',
      '***',
      '***',
    ]);
  });
});

describe('whatever is broken in a fact', () => {
  const secrets = [account, name, 'C-90817263', '5105105105105100', '13800138000'];
  const fact = JSON.stringify({
    ...transactionExample,
    accountId: account,
    customerId: 'C-90817263',
    counterpartyId: '5105105105105100',
    attributes: { name, phone: 13800138000, list: [name, { of: account }], ok: true },
  });
  const piece = fc.constantFrom(
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    'null',
    '-1',
    '1e309',
    '\\u0000',
    '客',
    ';',
    ' ',
    '\n',
    '\u202e',
  );
  const change = fc.record({ at: fc.nat(fact.length), remove: fc.nat(3), add: fc.option(piece, { nil: '' }) });

  it('neither its preview nor its message shows a secret, or anything that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.boolean(), (changes, beyondUtf8) => {
        let text = fact;
        for (const { at, remove, add } of changes) text = text.slice(0, at) + add + text.slice(at + remove);
        const bytes = Buffer.from(text, beyondUtf8 ? 'latin1' : 'utf8');
        const { message, harmless } = messageOf(bytes);
        const lines = [...preview(bytes), forTerminal(message), forTerminal(harmless)];
        for (const line of lines) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          // Cut by the change itself, a part of a secret may stand alone: more than half of one never does.
          for (const secret of secrets) expect(line).not.toContain(secret.slice(0, Math.ceil(secret.length / 2) + 1));
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
