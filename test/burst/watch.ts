import { readFileSync } from 'node:fs';
import { topics } from '@weir/contracts';
import { metricSamples, metricSum } from '../harness/metrics';
import type { RunningService } from '../harness/running-service';

/** What a detector is seen to do at one moment. */
export interface Figure {
  /** Since the burst began, s. */
  readonly at: number;
  /** Facts that were published so far. */
  readonly sent: number;
  /** Facts that the detector has counted so far. */
  readonly measured: number;
  /** As `weir_consumer_lag` says, of the facts topic and of the re-keyed ones; NaN where it says nothing. */
  readonly lag: number;
  readonly rekeyedLag: number;
  /** Resident memory, MiB. */
  readonly residentMiB: number;
  /** The longest delay of the event loop between two scrapes, ms. */
  readonly loopMs: number;
}

/** Looks at a detector as Prometheus does, and at its process as the kernel does. */
export async function look(detector: RunningService, at: number, sent: number): Promise<Figure> {
  const samples = await metricSamples(detector, 'weir_consumer_lag');
  const lagOf = (facts: boolean): number => {
    const some = samples.filter(({ labels }) => (labels['topic'] === topics.facts) === facts);
    return some.length === 0 ? NaN : some.reduce((sum, { value }) => sum + value, 0);
  };
  return {
    at,
    sent,
    measured: await factsCounted(detector),
    lag: lagOf(true),
    rekeyedLag: lagOf(false),
    residentMiB: memoryOf(detector, 'VmRSS'),
    loopMs: (await metricSum(detector, 'nodejs_eventloop_lag_max_seconds')) * 1_000,
  };
}

/** Facts of all outcomes that a detector has counted. */
export const factsCounted = (detector: RunningService): Promise<number> => metricSum(detector, 'weir_facts_total');

/**
 * Memory of the process, MiB.
 * @param what `VmRSS`: resident now; `VmHWM`: the most that was ever resident
 */
export function memoryOf({ process: { pid } }: RunningService, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const kib = new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`The kernel does not tell ${what} of process ${String(pid)}.`);
  return Number(kib) / 1_024;
}

/** How often it has joined a consumer group since it started, by its log. */
export const joins = (detector: RunningService): number =>
  detector.output().split('Joined the consumer group').length - 1;
