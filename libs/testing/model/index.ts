export { arrivals, hitsAfter, latenessOf, type Arrived } from './arrivals';
export { inOrder } from './order';
export { hitIdOf, type ModelHit } from './model-hit';
export type { References } from './references';
export { standingHits } from './standing-hits';
export { foldStates, standingStates, type LastStates } from './fold-states';
export { aFact, aReference, aRule, type FactInput, type ReferenceInput } from './builders';
