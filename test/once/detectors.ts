import type { Cluster } from '../harness/cluster';
import { metricSamples } from '../harness/metrics';
import type { RunningService } from '../harness/running-service';
import { RedisDoor } from './redis-door';

/** A detector that runs as a process, with its own way to Redis. */
export interface DetectorProcess {
  /** Counted from 1 over the whole test. */
  readonly number: number;
  readonly service: RunningService;
  readonly door: RedisDoor;
}

/** The detectors that run. */
export class Detectors {
  private readonly held: DetectorProcess[] = [];
  private started = 0;

  constructor(private readonly cluster: Cluster) {}

  get running(): readonly DetectorProcess[] {
    return this.held;
  }

  /** Starts one more and waits until it is ready. */
  async start(): Promise<DetectorProcess> {
    const number = ++this.started;
    const door = await RedisDoor.before(this.cluster.servers.redis.url);
    const service = await this.cluster.service('detector', { REDIS_URL: door.url });
    const detector = { number, service, door };
    this.held.push(detector);
    return detector;
  }

  /** Ends one as a power failure does. */
  async kill({ number, service, door }: DetectorProcess): Promise<void> {
    await service.kill9();
    await door.close();
    this.forget(number);
  }

  /** Ends one as an operator does. @throws Error where it does not end well */
  async leave({ number, service, door }: DetectorProcess): Promise<void> {
    const code = await service.stop();
    if (code !== 0) throw new Error(`Detector ${number} ended with ${code}:\n${service.output()}`);
    await door.close();
    this.forget(number);
  }

  /** Ends all that run, also those that are paused. */
  async end(): Promise<void> {
    for (const { service } of this.held) service.goOn();
    await Promise.all(this.held.map(({ service }) => service.stop()));
    await Promise.all(this.held.splice(0).map(({ door }) => door.close()));
  }

  private forget(number: number): void {
    const at = this.held.findIndex((detector) => detector.number === number);
    this.held.splice(at, 1);
  }
}

/** The partitions that a detector reads now, as `topic/partition`. */
export async function placesOf({ service }: DetectorProcess): Promise<ReadonlySet<string>> {
  const samples = await metricSamples(service, 'weir_detection_homes');
  return new Set(samples.map(({ labels: { topic = '', partition = '' } }) => `${topic}/${partition}`));
}
