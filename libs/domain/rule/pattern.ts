import { mistake, type Place } from './rule-error';

/** Longest text that a pattern is tried on, in UTF-16 units; of a longer one the beginning counts. */
const longestText = 256;
const mostRepeats = 2;
const mostOptional = 4;

/**
 * Compiles the pattern of a `matches` condition. Only patterns whose worst case is bounded are taken (no groups that
 * repeat or offer a choice, no look-around, no back-references, few open repeats and optional parts), so that no text can
 * stall detection.
 * @throws RuleError `invalid-pattern`
 */
export function compilePattern(pattern: string, place: Place): (text: string) => boolean {
  const bare = pattern.replace(/\\[\s\S]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const refuse = (why: string): never => {
    throw mistake(place, 'invalid-pattern', `The pattern "${pattern}" ${why}.`);
  };
  if (/\\[1-9k]/.test(pattern)) refuse('refers back to a group, which is not allowed');
  if (/\(\?(?!:)/.test(bare)) refuse('looks around or names a group, which is not allowed');
  if (/\)[*+?{]/.test(bare)) refuse('repeats a group, which is not allowed');
  if ((bare.match(/[*+]|\{\d+,\d*\}/g) ?? []).length > mostRepeats) {
    refuse(`has more than ${mostRepeats} open repeats, which could take too long`);
  }
  if ((bare.replace(/\(\?:/g, '(').match(/[^+*?}]\?/g) ?? []).length > mostOptional) {
    refuse(`has more than ${mostOptional} optional parts, which could take too long`);
  }
  if (choiceInGroup(bare))
    refuse('offers a choice within a group, which could take too long: write one condition for each');
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, 'u');
  } catch (error) {
    return refuse(`is not a regular expression: ${error instanceof Error ? error.message : String(error)}`);
  }
  return (text) => regex.test(text.slice(0, longestText));
}

/** Whether `|` stands inside parentheses. */
function choiceInGroup(bare: string): boolean {
  let depth = 0;
  for (const sign of bare) {
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (sign === '|' && depth > 0) return true;
  }
  return false;
}
