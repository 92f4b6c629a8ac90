import { maxFactBytes } from '../fact/fact.schema';
import { keyedFactsShape } from '../topics';
import { keyedFactExample, sourceReportExample } from './keyed-fact.example';
import { keyedFactSchema, sourceReportSchema } from './keyed-fact.schema';

describe('facts under another key', () => {
  it('are exemplified by what the schemas accept', () => {
    expect(keyedFactSchema.parse(keyedFactExample)).toEqual(keyedFactExample);
    expect(sourceReportSchema.parse(sourceReportExample)).toEqual(sourceReportExample);
  });

  it('find room in their topic also where their numbers are written out', () => {
    const room = keyedFactsShape('by', 6).maxRecordBytes ?? 0;
    const numbers = (text: string): string =>
      `[${Array<string>(Math.floor(maxFactBytes / (text.length + 1)) - 1)
        .fill(text)
        .join()}]`;
    for (const text of ['1e20', '9e9', '1E-6', '1e300', '0.1', '-1e20']) {
      const written = numbers(text);
      expect(written.length).toBeLessThanOrEqual(maxFactBytes);
      expect(JSON.stringify(JSON.parse(written)).length).toBeLessThan(room);
    }
  });
});
