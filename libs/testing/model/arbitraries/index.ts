export { cases, longCases, type Case } from './cases';
export { repeated, shuffledWithin } from './orders';
