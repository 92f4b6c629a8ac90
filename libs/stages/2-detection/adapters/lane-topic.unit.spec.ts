import fc from 'fast-check';
import { dimensionOf, laneTopic } from './lane-topic';

describe('the topic of a lane', () => {
  it.each([
    ['customerId', 'weir.facts.by-customer.v1'],
    ['tellerId', 'weir.facts.by-teller.v1'],
    ['branchId', 'weir.facts.by-branch.v1'],
    ['counterpartyId', 'weir.facts.by-counterparty.v1'],
    ['deviceId', 'weir.facts.by-device.v1'],
    ['type', 'weir.facts.by-type.v1'],
    ['attributes.bond', 'weir.facts.by-attributes.bond.v1'],
    ['attributes.customerId', 'weir.facts.by-attributes.customerId.v1'],
  ])('of %s is %s', (lane, topic) => {
    expect(laneTopic('weir.facts.v1', lane)).toBe(topic);
  });

  it('belongs to its facts topic', () => {
    expect(laneTopic('bank.tx.v12', 'customerId')).toBe('bank.tx.by-customer.v12');
    expect(laneTopic('bank-tx', 'customerId')).toBe('bank-tx.by-customer');
  });

  it('tells apart by a hash what would look the same', () => {
    expect(dimensionOf('attributes.债券')).toMatch(/^attributes\.---?[0-9a-f]{12}$/);
    // Kafka refuses a topic whose name differs from another's in `.` and `_` alone.
    expect(dimensionOf('attributes.a_b')).toMatch(/^attributes\.a-b-[0-9a-f]{12}$/);
    const names = ['attributes.a.b', 'attributes.a_b', 'attributes.a b', 'attributes.a-b', 'attributes.a/b'];
    expect(new Set(names.map(dimensionOf)).size).toBe(names.length);
  });

  it('is a name that Kafka takes, whatever the field is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }), (name) => {
        const topic = laneTopic('weir.facts.v1', `attributes.${name}`);
        expect(topic).toMatch(/^[a-zA-Z0-9.-]+$/);
        expect(topic.length).toBeLessThan(200);
      }),
    );
  });
});
