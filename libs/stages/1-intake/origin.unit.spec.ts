import { headers } from '@weir/contracts';
import { lateHeaderOf, originOf } from './origin';

const moved = (origin: string, late: string) => ({ headers: { [headers.origin]: origin, [headers.late]: late } });

describe('whether a moved record was late where it came from', () => {
  it.each([
    ['1', true],
    ['0', false],
  ])('is said by its header: %s', (late, wanted) => {
    expect(lateHeaderOf(moved('facts/2/17', late), 'facts', 0)).toBe(wanted);
  });

  it.each([
    ['no header', { headers: {} }],
    ['no origin', { headers: { [headers.late]: '1' } }],
    ['an origin in this very partition', moved('facts/0/17', '1')],
    ['an origin in another topic', moved('others/2/17', '1')],
    ['a topic whose name begins like this one', moved('facts.old/2/17', '1')],
    ['an origin over HTTP', moved('http/req-1/0', '1')],
    ['another word', moved('facts/2/17', 'yes')],
  ])('is not believed with %s', (_what, record) => {
    expect(lateHeaderOf(record, 'facts', 0)).toBeNull();
  });
});

describe('where a record was first seen', () => {
  const from = (origin: string) => originOf({ headers: { [headers.origin]: origin }, offset: 9 }, 'facts', 3);

  it.each(['http/req-1/0', 'http/8f1c:2.x/17', 'file/12', 'facts/2/17'])('is what it brings along: %s', (origin) => {
    expect(from(origin)).toBe(origin);
  });

  it.each(['others/2/17', 'facts/2', 'facts/2/x', 'http/req-1', 'file/x', 'facts/2/17\u0000', 'http/a b/0', ''])(
    'is the place where it was read, where a publisher wrote %j',
    (origin) => {
      expect(from(origin)).toBe('facts/3/9');
    },
  );

  it('is the place where it was read, where it brings nothing along', () => {
    expect(originOf({ headers: {}, offset: 9 }, 'facts', 3)).toBe('facts/3/9');
  });
});
