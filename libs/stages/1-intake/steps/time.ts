import { formatInstant, parseInstant } from '@weir/domain';
import { Flaw } from './flaw';
import type { Step } from './path';
import type { ReadMessage } from './shape';

/** A message whose time is known. */
export interface TimedRecord extends ReadMessage {
  /** Event time, ms since 1970. */
  readonly occurredAt: number;
}

/** Reads event time, and refuses a fact that claims to have happened too long after it arrived. */
export const inTime: Step<ReadMessage, TimedRecord> = ({ message, others }, { settings, arrivedAt }) => {
  const parsed = parseInstant(message.occurredAt);
  if (!parsed.ok) return new Flaw(parsed.reason, `"occurredAt": ${parsed.message}`);
  if (parsed.value > arrivedAt + settings.maxFutureMs) {
    const hours = Math.round(settings.maxFutureMs / 360_000) / 10;
    return new Flaw(
      'in-future',
      `"occurredAt" is ${formatInstant(parsed.value)}, more than ${hours} hours after the arrival at ` +
        `${formatInstant(arrivedAt)}; check the sender's clock and zone.`,
    );
  }
  return { message, others, occurredAt: parsed.value };
};
