import { createHash } from 'node:crypto';
import { headers, keptBytesOfTooLarge, maxFactBytes } from '@weir/contracts';
import { LogTarget } from './log-target';
import { csv, fact, linesOf, LogOfTest } from './publishing.spec';

const topics = { facts: 'facts', deadLetters: 'letters', partitions: 4 };
const targetOn = (log: LogOfTest): LogTarget =>
  new LogTarget({ ...bound(log), close: () => Promise.resolve() }, topics, null, () => Promise.resolve());
const bound = (log: LogOfTest) => ({ send: (...sent: Parameters<LogOfTest['send']>) => log.send(...sent) });

const lettersOf = (log: LogOfTest) =>
  log
    .of('letters')
    .map(({ value, headers: said }) => [
      said?.[headers.origin],
      said?.[headers.reason],
      said?.[headers.message],
      String(value),
    ]);

describe('publishing to the record log', () => {
  it('given a line that is no fact, sends its bytes: it is dead-lettered where it is read', async () => {
    const log = new LogOfTest();
    const taken = await targetOn(log).send(await linesOf([fact('F1'), '{"id":']));
    expect(taken).toEqual({ accepted: 2, refused: 0, leftOut: 0 });
    expect(log.of('facts').map(({ value }) => String(value))).toEqual([fact('F1'), '{"id":']);
    expect(log.of('letters')).toEqual([]);
  });

  it('given a CSV row that the mapping refuses, writes a dead letter with its bytes, its place and the reason', async () => {
    const log = new LogOfTest();
    const rows = ['id,at', 'F1,2026-11-22T08:15:30Z', 'F2,2026-11-22T08:15:30Z,more', 'F3,2026-11-22T08:15:30Z'];
    expect(await targetOn(log).send(await linesOf(rows, csv))).toEqual({ accepted: 2, refused: 1, leftOut: 0 });
    expect(log.ids('facts')).toEqual(['F1', 'F3']);
    expect(lettersOf(log)).toEqual([
      ['file/3', 'not-csv', 'The row has 3 cells where there are 2 columns.', 'F2,2026-11-22T08:15:30Z,more'],
    ]);
  });

  it('given a line over 1 MiB, writes a dead letter with the hash and the length of all of it', async () => {
    const log = new LogOfTest();
    const large = fact('F2', maxFactBytes + 1);
    const taken = await targetOn(log).send(await linesOf([fact('F1'), large]));
    expect(taken).toEqual({ accepted: 1, refused: 1, leftOut: 0 });
    expect(log.ids('facts')).toEqual(['F1']);
    expect(log.of('letters')).toMatchObject([
      {
        value: Buffer.from(large).subarray(0, keptBytesOfTooLarge),
        headers: {
          [headers.origin]: 'file/2',
          [headers.reason]: 'too-large',
          [headers.sha256]: createHash('sha256').update(large).digest('hex'),
          [headers.length]: String(maxFactBytes + 1),
        },
      },
    ]);
  });

  it('given a fact that the topic does not take, writes a dead letter with all its bytes, and sends the others', async () => {
    const log = new LogOfTest({ facts: 1_000 });
    const large = fact('F2', 2_000);
    const taken = await targetOn(log).send(await linesOf([fact('F1'), large, fact('F3')]));
    expect(taken).toEqual({ accepted: 2, refused: 1, leftOut: 0 });
    expect(log.ids('facts')).toEqual(['F1', 'F3']);
    expect(lettersOf(log)).toEqual([
      ['file/2', 'too-large', expect.stringContaining('which the topic "facts" does not take'), large],
    ]);
  });
});
