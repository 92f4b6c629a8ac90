import { alertStreamOf } from '@weir/domain';
import type { Append } from '@weir/platform/event-store';
import type { Settled } from './settle-states';

/** Events of a settled batch, one append per alert that has any, each on the version that was decided on. */
export function appendsOf(settled: Settled): readonly Append[] {
  return settled.alerts.flatMap(({ alert, before, events }) =>
    events.length === 0
      ? []
      : [{ stream: alertStreamOf(alert.id), expectedVersion: before?.streamVersion ?? 0, events }],
  );
}
