import { silentLogger } from '../log-events';
import { KafkaProducers } from './kafka-producers';
import type { Producer } from './kafka-sender';

/** Producers whose disconnecting ends when the test says so. */
function given() {
  const made: { readonly producer: Producer; readonly disconnect: jest.Mock; left: () => void }[] = [];
  const producers = new KafkaProducers({ logger: silentLogger }, () => {
    let left: () => void = () => undefined;
    const disconnect = jest.fn(() => new Promise<void>((resolve) => (left = resolve)));
    const producer = { disconnect } as unknown as Producer;
    made.push({ producer, disconnect, left: () => left() });
    return Promise.resolve(producer);
  });
  return { producers, made };
}

describe('KafkaProducers', () => {
  it('disconnects a replaced producer once its last user is done, and closes only when that is over', async () => {
    const { producers, made } = given();
    const first = await producers.acquire();
    await producers.acquire();
    producers.replace(first);
    const second = await producers.acquire();
    expect(second).not.toBe(first);
    producers.release(first);
    expect(made[0]?.disconnect).not.toHaveBeenCalled();
    producers.release(first);
    producers.release(second);
    expect(made[0]?.disconnect).toHaveBeenCalledTimes(1);

    let closed = false;
    const closing = producers.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    made[1]?.left();
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    made[0]?.left();
    await closing;
  });

  it('keeps nothing of replaced producers that have disconnected', async () => {
    const { producers, made } = given();
    for (let n = 0; n < 20; n += 1) {
      const producer = await producers.acquire();
      producers.replace(producer);
      producers.release(producer);
    }
    expect(producers.parting).toBe(20);
    made.forEach(({ left }) => left());
    await new Promise((resolve) => setImmediate(resolve));
    expect(producers.parting).toBe(0);
  });

  it('closes where the producer never connected', async () => {
    let fail: (error: Error) => void = () => undefined;
    const connecting = new Promise<Producer>((_resolve, reject) => (fail = reject));
    const producers = new KafkaProducers({ logger: silentLogger }, () => connecting);
    const asking = producers.acquire();
    const closing = producers.close();
    fail(new Error('no broker'));
    await expect(asking).rejects.toThrow('no broker');
    await expect(closing).resolves.toBeUndefined();
  });
});
