import { compileRules, Detector } from '@weir/domain';

/** A place that holds what a detector held, with the same memory, and measures nothing. */
export function onlyHeld(detector: Detector): Detector {
  // Names that are forgotten are new again there as well.
  detector.forgetAll();
  const place = new Detector(compileRules([]));
  for (const { fact, late } of detector.held()) place.accept(fact, { topic: '', partition: 0, offset: 0, late });
  Object.assign(place.memory, detector.memory);
  return place;
}
