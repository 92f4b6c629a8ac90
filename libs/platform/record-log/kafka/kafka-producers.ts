import { asError } from '../log-events';
import type { Producer, ProducerSource } from './kafka-sender';
import type { KafkaSettings } from './kafka-options';

/** Keeps one connected idempotent producer, and makes another when it is taken out of use. */
export class KafkaProducers implements ProducerSource {
  private producer: Promise<Producer> | null = null;
  private readonly users = new Map<Producer, number>();
  private readonly replaced = new Set<Producer>();
  private readonly leaving = new Set<Promise<void>>();

  /** @param connect makes a connected idempotent producer */
  constructor(
    private readonly settings: Pick<KafkaSettings, 'logger'>,
    private readonly connect: () => Promise<Producer>,
  ) {}

  /** How many replaced producers are still disconnecting. */
  get parting(): number {
    return this.leaving.size;
  }

  async acquire(): Promise<Producer> {
    const producer = await this.current();
    this.users.set(producer, (this.users.get(producer) ?? 0) + 1);
    return producer;
  }

  release(producer: Producer): void {
    const left = (this.users.get(producer) ?? 1) - 1;
    if (left > 0) {
      this.users.set(producer, left);
      return;
    }
    this.users.delete(producer);
    if (this.replaced.delete(producer)) this.leave(producer);
  }

  replace(producer: Producer): void {
    if (this.replaced.has(producer)) return;
    this.replaced.add(producer);
    this.producer = null;
  }

  /** Disconnects; to be called when nothing is being sent any more. */
  async close(): Promise<void> {
    const current = this.producer;
    this.producer = null;
    await current?.then(
      (producer) => this.disconnect(producer),
      () => undefined, // it never connected; who asked for it has had the error
    );
    await Promise.all(this.leaving);
  }

  private leave(producer: Producer): void {
    const gone = this.disconnect(producer).finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }

  private current(): Promise<Producer> {
    if (this.producer === null) {
      const connecting = this.connect();
      this.producer = connecting;
      connecting.catch(() => {
        if (this.producer === connecting) this.producer = null;
      });
    }
    return this.producer;
  }

  private async disconnect(producer: Producer): Promise<void> {
    try {
      await producer.disconnect();
    } catch (thrown) {
      const err = asError(thrown);
      this.settings.logger.debug({ err }, `Disconnecting a producer failed: ${err.message}`);
    }
  }
}
