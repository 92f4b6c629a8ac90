import { Counter, Gauge, Registry } from 'prom-client';
import { readFigures, type Figures } from './figures';
import { announce, summaryLine } from './live-summary';

const nothing: Figures = {
  accepted: 0,
  late: 0,
  duplicates: 0,
  refused: 0,
  hits: 0,
  withdrawn: 0,
  openAlerts: new Map(),
  lag: 0,
};

describe('the figures of the summary', () => {
  let registers: Registry[];
  let facts: Counter;
  let hits: Counter;
  const read = (): Promise<Figures> => readFigures(registers[0] ?? new Registry());

  beforeEach(() => {
    registers = [new Registry()];
    facts = new Counter({ name: 'weir_facts_total', help: '-', labelNames: ['outcome', 'reason'], registers });
    hits = new Counter({ name: 'weir_hits_total', help: '-', labelNames: ['rule', 'status'], registers });
    new Gauge({ name: 'weir_consumer_lag', help: '-', registers }).set(7);
  });

  it('count late facts among the accepted, and beside them', async () => {
    facts.inc({ outcome: 'accepted' }, 10);
    facts.inc({ outcome: 'late' }, 3);
    facts.inc({ outcome: 'moved' }, 2);
    expect(await read()).toMatchObject({ accepted: 13, late: 3, duplicates: 0, refused: 0, lag: 7 });
  });

  it('count the hits that stand, whatever states they went through', async () => {
    hits.inc({ rule: 'a', status: 'raised' }, 400);
    hits.inc({ rule: 'b', status: 'raised' }, 45);
    hits.inc({ rule: 'a', status: 'revised' }, 3);
    hits.inc({ rule: 'a', status: 'withdrawn' }, 28);
    hits.inc({ rule: 'a', status: 'reinstated' }, 2);
    expect(await read()).toMatchObject({ hits: 419, withdrawn: 26 });
  });

  it('given that more was withdrawn since the start than raised, stay at nothing', async () => {
    hits.inc({ rule: 'a', status: 'withdrawn' }, 2);
    expect(await read()).toMatchObject({ hits: 0, withdrawn: 2 });
  });
});

describe('the line of the summary', () => {
  it('shows what there is', () => {
    const openAlerts = new Map([
      ['low', 2],
      ['critical', 1],
    ]);
    const figures = { ...nothing, accepted: 31_968, late: 5_419, hits: 419, withdrawn: 26, openAlerts, lag: 3 };
    expect(summaryLine(figures, 41.7)).toBe(
      'facts 31,968 (42/s), 5,419 late | hits 419 (26 withdrawn) | open alerts 1 critical, 2 low | refused 0 | lag 3',
    );
  });

  it('is silent of what is as it should be', () => {
    expect(summaryLine(nothing, 0)).toBe('facts 0 (0/s) | hits 0 | open alerts 0 | refused 0 | lag 0');
  });

  it('is not broken by an announcement', () => {
    const written: string[] = [];
    const write = (text: string): number => written.push(text);
    announce({ isTTY: true, write }, 'in');
    announce({ write }, 'in');
    expect(written).toEqual(['\r\u001b[2Kin\n', 'in\n']);
  });
});
