import { compileRules, Detector, type Fact } from '@weir/domain';
import fc from 'fast-check';
import { DeltaWriter, readDelta } from './delta';

const rules = compileRules([]);
const place = { topic: 'facts', partition: 0, offset: 0 };
const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('ATM', '柜台', '00123', '\ud800', '__proto__'));
const fact: fc.Arbitrary<Fact> = fc.record(
  {
    source: fc.constantFrom('default', 'core', '核心'),
    id: text,
    kind: fc.constantFrom('transaction' as const, 'operation' as const),
    occurredAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    accountId: text,
    channel: text,
    branchId: text,
    amount: fc.maxSafeNat(),
    currency: fc.constantFrom('CNY', 'USD'),
    attributes: fc.dictionary(text, fc.oneof(text, fc.boolean(), fc.integer())),
  },
  { requiredKeys: ['source', 'id', 'kind', 'occurredAt', 'accountId', 'attributes'] },
);
type Step =
  | { readonly fact: Fact; readonly offset: number; readonly late: boolean | null }
  | { readonly change: { readonly s: number } }
  | 'other store'
  | 'take';
const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        fact,
        offset: fc.oneof(fc.nat(), fc.constant(2 ** 47 + 0x1234_5678_9a)),
        late: fc.constantFrom(null, true, false),
      }),
    },
    { weight: 2, arbitrary: fc.record({ change: fc.record({ s: fc.integer() }) }) },
    { weight: 1, arbitrary: fc.constantFrom('other store' as const, 'take' as const) },
  ),
  { maxLength: 60 },
);

const bare = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Takes the steps, and gives the deltas with what each should say. */
function written(all: readonly Step[]): readonly { readonly delta: Buffer; readonly wanted: readonly unknown[] }[] {
  const writer = new DeltaWriter<{ readonly s: number }>();
  const deltas: { delta: Buffer; wanted: unknown[] }[] = [];
  let detector = new Detector(rules);
  let wanted: unknown[] = [];
  for (const step of [...all, 'take' as const]) {
    if (step === 'other store') detector = new Detector(rules);
    else if (step === 'take') {
      expect(writer.isEmpty).toBe(wanted.length === 0);
      deltas.push({ delta: writer.take(), wanted });
      wanted = [];
    } else if ('change' in step) {
      writer.change(step.change);
      wanted.push(step.change);
    } else {
      const { fact: f, offset: o, late } = step;
      if (detector.accept(f, place).outcome !== 'accepted') continue;
      writer.newestOf(detector.store, o, late);
      wanted.push({ f, o, ...(late !== null && { l: late }) });
    }
  }
  return deltas;
}

describe('a delta', () => {
  it('given facts of several detectors and other changes, says by itself all of them in their order', () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { delta, wanted } of written(all)) expect(bare([...readDelta(delta)])).toEqual(bare(wanted));
      }),
      { numRuns: 300 },
    );
  });

  it('is smaller than a third of the same as JSON', () => {
    const facts = Array.from({ length: 500 }, (_, n) => ({
      fact: {
        source: 'default',
        id: `T20260302-${String(n).padStart(9, '0')}`,
        kind: 'transaction' as const,
        occurredAt: 1_772_400_000_000 + n,
        accountId: `62220202001${String(n).padStart(8, '0')}`,
        counterpartyId: `62284804028${String(n).padStart(8, '0')}`,
        direction: 'out' as const,
        type: 'transfer',
        channel: 'mobile',
        amount: 12_345,
        currency: 'CNY',
        branchId: 'B012',
        attributes: { certificate: true },
      },
      offset: n,
      late: null,
    }));
    const [{ delta, wanted } = { delta: Buffer.alloc(0), wanted: [] }] = written(facts);
    expect(delta.length).toBeLessThan(JSON.stringify(wanted).length / 3);
  });

  it('given one of an earlier version, reads its JSON', () => {
    const changes = [{ s: 5 }, { f: { id: 'F1' }, o: 7 }];
    expect([...readDelta(Buffer.from(JSON.stringify(changes), 'utf8'))]).toEqual(changes);
  });

  it('given one of another version, says what to do', () => {
    expect(() => [...readDelta(Buffer.of(99, 0))]).toThrow(/another version of Weir. Clear the window state/);
  });
});
