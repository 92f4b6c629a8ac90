import { LaneSources } from './lane-sources';

describe('what sources have told a re-keyed partition', () => {
  it('settles nothing before every source has been heard of, then what the slowest promises', () => {
    const sources = new LaneSources(3);
    sources.note({ source: 0, settledBefore: 500, heldSince: null });
    sources.note({ source: 2, settledBefore: 300, heldSince: 40 });
    expect([sources.missing, sources.settledBefore]).toEqual([1, -Infinity]);
    sources.note({ source: 1, settledBefore: null, heldSince: 20 });
    expect([sources.missing, sources.settledBefore, sources.heldSince]).toEqual([0, -Infinity, 40]);
    sources.note({ source: 1, settledBefore: 400, heldSince: 20 });
    expect(sources.settledBefore).toBe(300);
  });

  it('takes nothing back that a source has told: an owner that was paused tells what is long past', () => {
    const sources = new LaneSources(1);
    sources.note({ source: 0, settledBefore: 500, heldSince: 40 });
    sources.note({ source: 0, settledBefore: 400, heldSince: null });
    expect([sources.settledBefore, sources.heldSince]).toEqual([500, 40]);
  });

  it('is the same after it was written down', () => {
    const sources = new LaneSources(2);
    sources.note({ source: 0, settledBefore: null, heldSince: null });
    sources.note({ source: 1, settledBefore: 7, heldSince: 3 });
    const written = JSON.parse(JSON.stringify(sources.written())) as ReturnType<LaneSources['written']>;
    expect(new LaneSources(2, written)).toEqual(sources);
  });
});
