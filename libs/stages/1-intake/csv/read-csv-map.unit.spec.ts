import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CsvMapError, readCsvMap } from './read-csv-map';

const mistakes = (text: string): string[] => {
  try {
    readCsvMap(text, 'map.yaml');
    return [];
  } catch (error) {
    if (error instanceof CsvMapError) return error.message.split('\n');
    throw error;
  }
};
const needed = 'constants: {kind: operation}\nfields:\n  id: ID\n  occurredAt: AT\n';

describe('mapping files', () => {
  it('given the mapping of the sample, reads it with its defaults', () => {
    const file = join(__dirname, '../../../../test/fixtures/amlsim/map.yaml');
    expect(readCsvMap(readFileSync(file, 'utf8'), 'map.yaml')).toMatchObject({
      delimiter: ',',
      quote: '"',
      encoding: 'utf-8',
      header: true,
      fields: {
        accountId: { column: 'sourceNodeId' },
        occurredAt: { time: { dayNumber: { since: '2024-01-01', first: 1 }, zone: 'UTC' } },
      },
    });
  });

  it.each([
    ['fields: [', /^map.yaml:1: .*Flow sequence/],
    ['just text', /^map.yaml:1: Invalid input: expected object/],
    ['fields: {id: ID}', /^map.yaml:1: fields lacks kind, occurredAt, which every such fact needs$/],
    [needed.replace('operation', 'transaction'), /lacks accountId, amount, currency/],
    [`${needed}  acountId: X\n`, /^map.yaml:5: fields.acountId is no field of a fact; known are source, id, kind/],
    [`${needed}  attributes: X\n`, /^map.yaml:5: fields.attributes is no field/],
    [`${needed}  attributes.__proto__: X\n`, /is a forbidden name/],
    [`${needed}  amount: {colum: X}\n`, /^map.yaml:5: fields.amount has "colum", which is no setting/],
    [`${needed}  amount: {decimal: ","}\n`, /^map.yaml:5: fields.amount needs exactly one of column, template, hash$/],
    [`${needed}  amount: {column: X, decimal: ",", grouping: ","}\n`, /fields.amount.grouping is the decimal sign too/],
    [`${needed}  amount: {column: X, decimal: ",", words: {a: b}}\n`, /has more than one of words, time and numbers/],
    [`${needed}  kind: K\n`, /^map.yaml:1: constants.kind is mapped under fields too/],
    [
      needed.replace('AT', '{column: AT, time: {pattern: yyyy-mm-dd, zone: UTC}}'),
      /^map.yaml:4: fields.occurredAt.*names no month/,
    ],
    [needed.replace('AT', '{column: AT, time: {pattern: yyyyMMdd, zone: Mars}}'), /zone is no IANA time zone/],
    [needed.replace('AT', '{column: AT, time: excel}'), /fields.occurredAt.time is none of iso, epoch-seconds/],
    [`${needed}  amount: 7\n`, /^map.yaml:5: fields.amount is neither the name of a column nor/],
    [`delimiter: ";;"\n${needed}`, /^map.yaml:1: delimiter must be one ASCII character/],
    [`header: false\n${needed}`, /^map.yaml:1: columns must name the columns where header is false/],
    [`${needed}columns: [a]\n`, /^map.yaml:5: columns is only for files without a header/],
    [`${needed}  id: X\n`, /^map.yaml:5: Map keys must be unique/],
  ])('given %j, says what is wrong and where', (text, message) => {
    expect(mistakes(text).join('\n')).toMatch(message);
  });

  it('given several mistakes, names them all', () => {
    expect(mistakes(`delimiter: ab\nquote: xy\n${needed}  foo: X\n`)).toHaveLength(3);
  });
});
