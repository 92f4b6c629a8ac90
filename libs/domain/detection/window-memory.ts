import type { Aggregate } from '../rule/measures/measure';

/** What is no number of what is kept of a window: what the measure keeps itself, and how many facts cannot be read, by error. */
export interface KeptObjects {
  aggregate: Aggregate<unknown, unknown> | null;
  unreadBy: number[] | null;
}

/**
 * What one group keeps of the windows of its rules: one array of numbers for all of them, which lie side by side, and objects for those few
 * that need any.
 */
export class WindowMemory {
  /** First, by column, where the rule's numbers begin; 0: none are kept yet. */
  readonly numbers: number[];
  /** By the place of the window's numbers. */
  private objects: Map<number, KeptObjects> | null = null;

  constructor(columns: number) {
    this.numbers = Array.from({ length: columns }, () => 0);
  }

  /** Where the numbers of the rule in a column begin; 0 where none are kept. */
  placeOf(column: number): number {
    return this.numbers[column] ?? 0;
  }

  /** Keeps numbers for the rule in a column from now on; gives their place. */
  keep(column: number, begun: readonly number[]): number {
    const place = this.numbers.length;
    this.numbers[column] = place;
    for (const number of begun) this.numbers.push(number);
    return place;
  }

  /** Objects of the window whose numbers begin at a place; null where it has none. */
  objectsAt(place: number): KeptObjects | null {
    return this.objects?.get(place) ?? null;
  }

  /** The same, made where it has none. */
  madeObjectsAt(place: number): KeptObjects {
    const known = this.objectsAt(place);
    if (known !== null) return known;
    const made: KeptObjects = { aggregate: null, unreadBy: null };
    this.objects = (this.objects ?? new Map<number, KeptObjects>()).set(place, made);
    return made;
  }
}
