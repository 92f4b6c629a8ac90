import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counter, Registry } from 'prom-client';
import { feedDemo } from './demo-feed';
import { tellWhenIn } from './tell-when-in';

const now = Date.UTC(2026, 10, 22, 6);

describe('the demo', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'weir-demo-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  it('says once that it has caught up, when all that occurred so far is acknowledged', async () => {
    await writeFile(join(dataDir, 'demo.json'), JSON.stringify({ from: now - 400_000, upTo: now - 400_000 }));
    const stop = new AbortController();
    let acknowledged = 0;
    const told: [number, number][] = [];
    let rounds = 0;
    const feeding = feedDemo(
      {
        log: {
          send: (_topic, records) => {
            acknowledged += records.length;
            return Promise.resolve([]);
          },
        },
        factsTopic: 'facts',
        dataDir,
        clock: () => {
          // Time stands still; two ticks after it has caught up the demo is stopped.
          if (told.length > 0 && ++rounds > 1) stop.abort();
          return now;
        },
        onCaughtUp: (sent) => told.push([sent, acknowledged]),
      },
      stop.signal,
    );
    await feeding;
    expect(acknowledged).toBeGreaterThan(100);
    expect(told).toEqual([[acknowledged, acknowledged]]);
  }, 30_000);

  it('tells that its history is in once everything is measured, with the counts', async () => {
    const registry = new Registry();
    const labelNames = ['outcome', 'reason'];
    const facts = new Counter({ name: 'weir_facts_total', help: '-', labelNames, registers: [registry] });
    const written: string[] = [];
    const screen = { write: (text: string): number => written.push(text) };
    facts.inc({ outcome: 'accepted' }, 1_998);
    const telling = tellWhenIn(registry, screen, 2_000, new AbortController().signal);
    await new Promise(setImmediate);
    expect(written).toEqual([]);
    facts.inc({ outcome: 'late' }, 2);
    await telling;
    expect(written).toEqual([
      'The history of the simulated bank is in: 2,000 facts (2 of them late), hits 0. Facts of your own can follow.\n',
    ]);
  });
});
