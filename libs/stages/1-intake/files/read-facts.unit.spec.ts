import { gzipSync } from 'node:zlib';
import { keptBytesOfTooLarge, operationExample } from '@weir/contracts';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readCsvMap } from '../csv/read-csv-map';
import { rowParser } from '../csv/parse-rows';
import { Flaw } from '../steps/flaw';
import { FactFileError } from './decompress';
import { readFactLines, type FileIntakeResult } from './read-fact-lines';
import { readFacts, type FactFileFormat, type FactLine } from './read-facts';

const arrival = Date.UTC(2026, 10, 22, 12);
const settings = { partitions: 4, maxFutureMs: 86_400_000 };

async function* chunksOf(file: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(file as string);
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}
async function lines(file: string | Buffer, format: FactFileFormat, limit?: number): Promise<FactLine[]> {
  const all: FactLine[] = [];
  for await (const some of readFacts(chunksOf(file), format, limit)) all.push(...some);
  return all;
}
const read = async (file: string | Buffer, format: FactFileFormat): Promise<FileIntakeResult> =>
  readFactLines(await lines(file, format), arrival, settings);
const csv = (map: string): FactFileFormat => ({ format: 'csv', map: readCsvMap(map, 'map.yaml') });
const refusedOf = ({ refused }: FileIntakeResult) =>
  refused.map(({ line, reason, original }) => [line, reason, original.toString('utf8')]);

describe('files of JSON Lines', () => {
  const plain = JSON.stringify(operationExample);

  it('given lines, blank lines and no line break at the end, gives facts and refusals by line', async () => {
    const file = `\ufeff${plain}\r\n\n  \n{"id":1}\n${plain}`;
    for (const packed of [Buffer.from(file), gzipSync(file)]) {
      const result = await read(packed, { format: 'jsonl' });
      expect(result.accepted.map(({ record, origin }) => [record.offset, origin])).toEqual([
        [1, 'file/1'],
        [5, 'file/5'],
      ]);
      expect(refusedOf(result)).toEqual([[4, 'wrong-type', '{"id":1}']]);
    }
  });

  it('given a line over the limit, keeps its beginning and its hash', async () => {
    const long = `{"id":"${'x'.repeat(200_000)}"}`;
    const all = await lines(`${plain}\n${long}\n${plain}`, { format: 'jsonl' }, 100_000);
    const { accepted, refused } = readFactLines(all, arrival, settings);
    expect(accepted).toHaveLength(2);
    expect(refused).toMatchObject([
      { line: 2, reason: 'too-large', length: long.length, original: { length: keptBytesOfTooLarge } },
    ]);
  });

  it('given a gzip file that was cut off, gives what stood before and then says so', async () => {
    const packed = gzipSync(Array.from({ length: 5_000 }, (_, i) => `{"id":"${i}"}`).join('\n'));
    const given: FactLine[] = [];
    const reading = (async () => {
      for await (const some of readFacts(chunksOf(packed.subarray(0, -20), 512), { format: 'jsonl' }))
        given.push(...some);
    })();
    await expect(reading).rejects.toBeInstanceOf(FactFileError);
    await expect(reading).rejects.toMatchObject({ code: 'gzip-damaged' });
    expect(given.length).toBeGreaterThan(1_000);
  });

  it('given an empty file, gives nothing', async () => {
    expect(await lines('', { format: 'jsonl' })).toEqual([]);
  });
});

describe('CSV files', () => {
  it('given the columns of the AMLSim sample, makes facts with ids from the rows and times from day numbers', async () => {
    const map = `
constants: {source: amlsim, kind: transaction, currency: USD}
fields:
  id: {template: 'amlsim-{row}'}
  accountId: sourceNodeId
  counterpartyId: targetNodeId
  amount: value
  occurredAt: {column: time, time: {dayNumber: {since: 2024-01-01, first: 1}, zone: Asia/Shanghai}}
`;
    const file = 'sourceNodeId,targetNodeId,value,time\n216,14730,163.3,1\n322,5431,143.11,32\n';
    const { accepted, refused } = await read(gzipSync(file), csv(map));
    expect(refused).toEqual([]);
    expect(accepted.map(({ fact }) => fact)).toMatchObject([
      { id: 'amlsim-1', accountId: '216', amount: 16_330, occurredAt: Date.parse('2023-12-31T16:00:00Z') },
      { id: 'amlsim-2', accountId: '322', amount: 14_311, occurredAt: Date.parse('2024-01-31T16:00:00Z') },
    ]);
  });

  const bank = `
delimiter: ';'
header: true
skipLines: 2
constants: {kind: transaction, currency: EUR, attributes.file: daily}
fields:
  id: {hash: [DATE, TIME, ACCOUNT, AMOUNT]}
  occurredAt: {template: '{DATE} {TIME}', time: {pattern: dd.MM.yyyy HHmmss, zone: Europe/Berlin}}
  accountId: ACCOUNT
  amount: {column: AMOUNT, decimal: ',', grouping: '.'}
  direction: {column: DC, words: {D: out, C: in}}
  attributes.certificate: {column: CERT, words: {J: true, N: false}}
  attributes.score: {column: SCORE, number: true}
`;
  const header = 'Export of a bank\n\nDATE;TIME;ACCOUNT;AMOUNT;DC;CERT;SCORE\n';

  it('given the notation of a bank, reads amounts, times, words and numbers', async () => {
    const { accepted, refused } = await read(`${header}01.07.2026;120000; A1 ;"1.234,50";D;J;7\n`, csv(bank));
    expect(refused).toEqual([]);
    expect(accepted[0]?.fact).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      accountId: 'A1',
      amount: 123_450,
      direction: 'out',
      occurredAt: Date.parse('2026-07-01T10:00:00Z'),
      attributes: { file: 'daily', certificate: true, score: 7 },
    });
  });

  it('given rows that cannot be read as the mapping says, refuses each with the bytes of the file', async () => {
    const rows: [string, string][] = [
      ['01.07.2026;120000;A1;12,34.50;D;J;7', 'invalid-amount'],
      ['01.07.2026;120000;A1;12.50;D;J;7', 'invalid-amount'],
      ['01.07.2026;120000;A1;1e3;D;J;7', 'invalid-amount'],
      ['01.07.2026;120000;A1;-1,00;D;J;7', 'invalid-amount'],
      ['31.06.2026;120000;A1;1,00;D;J;7', 'invalid-time'],
      ['29.03.2026;023000;A1;1,00;D;J;7', 'invalid-time'],
      ['01.07.2026;120000;A1;1,00;X;J;7', 'invalid-value'],
      ['01.07.2026;120000;A1;1,00;D;J;seven', 'invalid-value'],
      ['01.07.2026;120000;;1,00;D;J;7', 'missing-field'],
      ['01.07.2026;120000;A1;1,00;D;J', 'not-csv'],
      ['01.07.2026;120000;A1;1,00;D;J;7;8', 'not-csv'],
      ['01.07.2026;120000;"A1;1,00;D;J;7', 'not-csv'],
      ['01.07.2026;120000;"A"1;1,00;D;J;7', 'not-csv'],
    ];
    const good = '01.07.2026;120000;A1;1,00;D;J;7';
    const file = header + rows.map(([row]) => `${row}\n${good}\n`).join('');
    const result = await read(file, csv(bank));
    expect(refusedOf(result)).toEqual(rows.map(([row, reason], i) => [4 + 2 * i, reason, row]));
    expect(result.accepted).toHaveLength(rows.length);
  });

  it('given empty cells, leaves the fields out', async () => {
    const { accepted } = await read(`${header}01.07.2026;120000;A1;1,00;;;\n`, csv(bank));
    expect(accepted[0]?.fact).toMatchObject({ direction: undefined, attributes: { file: 'daily' } });
  });

  it('given GB18030, no header and line breaks in quotes, reads it; other bytes are refused', async () => {
    const map = `
encoding: gb18030
header: false
columns: [ID, AT, REMARK]
lineBreaksInQuotes: true
constants: {kind: operation}
fields:
  id: ID
  occurredAt: {column: AT, time: epoch-seconds}
  attributes.remark: REMARK
`;
    const file = Buffer.concat([
      Buffer.from('1,1795306530.5,"'),
      Buffer.from([0xb9, 0xf1, 0x0a, 0xcc, 0xa8]), // 柜台 in GB18030, a line break between
      Buffer.from('"\n2,1795306530,'),
      Buffer.from([0xff]),
      Buffer.from('\n3,,x\n'),
    ]);
    const result = await read(file, csv(map));
    expect(result.accepted[0]?.fact).toMatchObject({
      id: '1',
      occurredAt: 1_795_306_530_500,
      attributes: { remark: '柜\n台' },
    });
    expect(result.refused.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'invalid-encoding'],
      [4, 'missing-field'],
    ]);
  });

  it.each([
    ['a,b\n', 'names the column "ID", which the CSV file lacks; it has "a", "b"'],
    ['ID,AT,ID\n', 'two columns named "ID"'],
    ['', 'is empty'],
    ['ID,"AT\n', 'The header at line 1 cannot be read'],
  ])('given the header %j, says that it does not fit', async (file, message) => {
    const map = 'constants: {kind: operation}\nfields: {id: ID, occurredAt: AT}';
    await expect(read(file, csv(map))).rejects.toThrow(message);
    await expect(read(file, csv(map))).rejects.toMatchObject({ code: 'csv-header' });
  });

  it('given a row over the limit, keeps its beginning; the rows after it keep their numbers', async () => {
    const map = 'constants: {kind: operation}\nfields: {id: {template: "{row}"}, occurredAt: AT}';
    const file = `AT\n2026-11-22T08:00:00Z\n${'x'.repeat(200_000)}\n2026-11-22T09:00:00Z\n`;
    const { accepted, refused } = readFactLines(await lines(file, csv(map), 100_000), arrival, settings);
    expect(accepted.map(({ fact, record }) => [fact.id, record.offset])).toEqual([
      ['1', 2],
      ['3', 4],
    ]);
    expect(refused).toMatchObject([{ line: 3, reason: 'too-large', length: 200_000 }]);
  });

  it('given any rows, broken ones among them, each is read as if it stood alone', () => {
    const parseRows = rowParser({ delimiter: ',', quote: '"', encoding: 'utf-8' });
    const unit = fc.constantFrom('a', '"', ',', ' ', '客', '""', '"a"');
    fc.assert(
      fc.property(fc.array(fc.string({ unit, minLength: 1, maxLength: 6 }), { maxLength: 5 }), (rows) => {
        const together = parseRows(rows.map((row) => Buffer.from(row)));
        const alone = rows.map((row) => {
          try {
            return parse(`${row}\n`, { relax_column_count: true })[0];
          } catch {
            return 'broken';
          }
        });
        expect(together.map((cells) => (cells instanceof Flaw ? 'broken' : cells))).toEqual(alone);
      }),
      { numRuns: 1_000 },
    );
  });
});
