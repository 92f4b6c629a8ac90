import { headers } from '@weir/contracts';
import { lateHeaderOf } from './origin';

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
