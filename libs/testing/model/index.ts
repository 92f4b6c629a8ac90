export { arrivals, hitsAfter, latenessOf, type Arrived } from './arrivals';
export { inOrder } from './order';
export { hitIdOf, standingHits, type ModelHit } from './standing-hits';
export { foldStates, standingStates, type LastStates } from './fold-states';
export { aFact, aRule, type FactInput } from './builders';
