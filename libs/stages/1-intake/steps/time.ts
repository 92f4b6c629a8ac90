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
    return new Flaw(
      'in-future',
      `"occurredAt" is ${formatInstant(parsed.value)}, more than ${spoken(settings.maxFutureMs)} after the arrival at ` +
        `${formatInstant(arrivedAt)}; check the sender's clock and zone.`,
    );
  }
  return { message, others, occurredAt: parsed.value };
};

/** A length of time in words: minutes below two hours, else hours. */
function spoken(ms: number): string {
  const [length, unit] = ms < 7_200_000 ? [ms / 60_000, 'minute'] : [ms / 3_600_000, 'hour'];
  const shown = Math.round(length * 10) / 10;
  return `${shown} ${unit}${shown === 1 ? '' : 's'}`;
}
