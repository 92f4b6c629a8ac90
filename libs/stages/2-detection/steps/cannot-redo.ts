import type { Fact } from '@weir/domain';

/** What is said where a checkpoint does not end, done again, where it ended: nothing that is made from it is to be trusted. */
export function cannotRedo(place: string, { source, id }: Fact, now: string): Error {
  return new Error(
    `${place}: the fact ${id} of ${source} was accepted once and is ${now} as its checkpoint is done again. This is a fault of Weir: ` +
      `please report it. Clear the window state of the partition and start again: it is built anew from the facts archive and the log.`,
  );
}
