import type { DeadLetter } from './dead-letter.schema';

/** A line that was not JSON. */
export const deadLetterExample: DeadLetter = {
  line: 17,
  origin: 'file/17',
  reason: 'not-json',
  message: 'The line is not JSON: it ends inside a string at character 41. Send one complete JSON object.',
  original: 'eyJpZCI6IlQxIiwia2luZCI6InRyYW5zYWN0aW9u',
};
