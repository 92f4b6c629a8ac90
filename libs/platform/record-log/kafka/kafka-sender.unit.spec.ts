import { silentLogger } from '../log-events';
import { SendLane, type Producer, type ProducerSource } from './kafka-sender';

/** What a broker answers that has lost a producer's numbering, as kafkajs throws it. */
const lost = (): Error => Object.assign(new Error('lost'), { type: 'UNKNOWN_PRODUCER_ID', retriable: false });

function given(send: (attempt: number) => number, deliveryTimeoutMs: number) {
  const seen = { attempts: [] as number[], acquired: 0, replaced: 0, released: 0 };
  const source: ProducerSource = {
    acquire: () => {
      seen.acquired += 1;
      const producer = {
        write: () => {
          seen.attempts.push(performance.now());
          return Promise.resolve().then(() => send(seen.attempts.length));
        },
      };
      return Promise.resolve(producer as unknown as Producer);
    },
    replace: () => void (seen.replaced += 1),
    release: () => void (seen.released += 1),
  };
  const lane = new SendLane('t', 0, source, deliveryTimeoutMs, silentLogger);
  const offset = new Promise<number>((resolve, reject) => {
    lane.push({ bytes: 1, message: { value: 'x' }, written: (at) => resolve(at.offset), refused: reject });
  });
  return { seen, offset };
}

describe('SendLane where the broker has lost the producer', () => {
  it('sends with another producer, after a pause', async () => {
    const { seen, offset } = given((attempt) => {
      if (attempt === 1) throw lost();
      return 7;
    }, 10_000);
    expect(await offset).toBe(7);
    expect([seen.acquired, seen.replaced, seen.released]).toEqual([2, 1, 2]);
    const [first = 0, second = 0] = seen.attempts;
    expect(second - first).toBeGreaterThan(40);
  });

  it('makes few producers, not one after another without a pause, until the time for delivery is over', async () => {
    const { seen, offset } = given(() => {
      throw lost();
    }, 300);
    await expect(offset).rejects.toThrow('lost');
    expect(seen.acquired).toBeGreaterThan(1);
    expect(seen.acquired).toBeLessThan(7);
    expect(seen.released).toBe(seen.acquired);
  });
});
