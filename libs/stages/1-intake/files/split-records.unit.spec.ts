import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { QuotedLineEnds } from '../csv/quoted-line-ends';
import { splitRecords, type RawRecord, type RecordEnds } from './split-records';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

async function split(bytes: Buffer, size: number, limit = 1_000, ends?: RecordEnds): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for await (const some of splitRecords(inChunks(bytes, size), limit, ends)) records.push(...some);
  return records;
}
const quotes = () => new QuotedLineEnds('"'.charCodeAt(0), ','.charCodeAt(0));
const text = (records: RawRecord[]) => records.map(({ line, bytes }) => [line, bytes.toString('utf8')]);

describe('splitting a file into lines', () => {
  it('given any text in chunks of any size, gives the lines with their numbers', async () => {
    const unit = fc.constantFrom('a', '\n', '\r', '"', ',', '客');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit }), fc.integer({ min: 1, max: 9 }), async (file, size) => {
        const lines = file.split('\n').map((line, i) => [i + 1, line.replace(/\r$/, '')]);
        if (file === '' || file.endsWith('\n')) lines.pop();
        expect(text(await split(Buffer.from(file), size))).toEqual(lines);
      }),
    );
  });

  it('given a byte order mark, drops it, however it is cut', async () => {
    for (const size of [1, 2, 3, 9]) {
      expect(text(await split(Buffer.from('\ufeffa\nb'), size))).toEqual([
        [1, 'a'],
        [2, 'b'],
      ]);
    }
  });

  it('given a line over the limit, keeps its beginning, length and hash, and reads on', async () => {
    const long = 'x'.repeat(200_000);
    const records = await split(Buffer.from(`a\n${long}\nb`), 65_536, 100_000);
    expect(records.map(({ line, bytes }) => [line, bytes.length])).toEqual([
      [1, 1],
      [2, 65_536],
      [3, 1],
    ]);
    expect(records[1]?.oversized).toEqual({
      length: 200_000,
      sha256: createHash('sha256').update(long).digest('hex'),
    });
  });

  it('given a line of 200 MB, never holds more than the limit of it', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x');
    async function* endless(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 200; i++) yield await Promise.resolve(chunk);
    }
    const before = process.memoryUsage().arrayBuffers;
    let peak = before;
    const records: RawRecord[] = [];
    async function* watched(): AsyncGenerator<Buffer> {
      for await (const one of endless()) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers);
        yield one;
      }
    }
    for await (const some of splitRecords(watched(), 1 << 20)) records.push(...some);
    expect(records).toMatchObject([{ line: 1, oversized: { length: 200 << 20 } }]);
    expect(peak - before).toBeLessThan(16 << 20);
  });
});

describe('splitting rows whose cells hold line breaks', () => {
  it('given quoted line breaks, keeps the row together and counts its lines', async () => {
    const file = 'a,"b\n""c\n",d\ne"f,g\n"h","i"\n';
    for (const size of [1, 2, 5, 100]) {
      expect(text(await split(Buffer.from(file), size, 1_000, quotes()))).toEqual([
        [1, 'a,"b\n""c\n",d'],
        [4, 'e"f,g'],
        [5, '"h","i"'],
      ]);
    }
  });

  it('given a quote that is never closed, gives up at the limit and reads on at a line break', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `row ${i},x`).join('\n');
    const records = await split(Buffer.from(`"open,1\n${rows}`), 64, 200, quotes());
    expect(records[0]?.oversized).toBeDefined();
    expect(records.length).toBeGreaterThan(70);
    expect(records.at(-1)?.bytes.toString('utf8')).toBe('row 99,x');
  });
});
