/** What a PromQL expression speaks of. */
export interface Mentions {
  readonly selectors: readonly Selector[];
  /** Labels in `by`, `without`, `on`, `ignoring`, `group_left`, `group_right`. */
  readonly grouping: readonly string[];
}

/** A metric that an expression reads, with the labels that its matchers name. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
  /** As written, e.g. `up{job="weir"}`. */
  readonly text: string;
}

const groupings = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const words = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);
const tokenPattern = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[0-9.][0-9a-zA-Z_.]*|[a-zA-Z_:][a-zA-Z0-9_:]*|=~|!~|!=|\S/g;
const isName = (token: string | undefined): token is string => token !== undefined && /^[a-zA-Z_:]/.test(token);

/**
 * Reads what an expression mentions. It is no parser: Prometheus is, and each expression is run by it; this only finds
 * the names, which Prometheus answers with silence where nobody exports them.
 */
export function mentionsOf(expression: string): Mentions {
  const tokens = [...expression.matchAll(tokenPattern)].map(({ 0: text, index }) => ({ text, index }));
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  const at = (index: number): string | undefined => tokens[index]?.text;
  for (let i = 0; i < tokens.length; i++) {
    const name = at(i);
    if (at(i) === '[') {
      // A range or a subquery holds durations only.
      while (i < tokens.length && at(i) !== ']') i++;
      continue;
    }
    if (!isName(name) || words.has(name.toLowerCase())) continue;
    if (groupings.has(name)) {
      if (at(i + 1) !== '(') continue;
      for (i += 2; i < tokens.length && at(i) !== ')'; i++) if (isName(at(i))) grouping.push(at(i) ?? '');
      continue;
    }
    // A function or an aggregation.
    if (at(i + 1) === '(' || at(i + 1) === 'by' || at(i + 1) === 'without') continue;
    const start = tokens[i]?.index ?? 0;
    const labels: string[] = [];
    let end = start + name.length;
    if (at(i + 1) === '{') {
      for (i += 2; i < tokens.length && at(i) !== '}'; i++) {
        const label = at(i);
        if (isName(label) && ['=', '!=', '=~', '!~'].includes(at(i + 1) ?? '')) labels.push(label);
      }
      end = (tokens[i]?.index ?? 0) + 1;
    }
    selectors.push({ metric: name, labels, text: expression.slice(start, end) });
  }
  return { selectors, grouping };
}

/** An alert's expression in its two parts: what is measured, and the bound. */
export interface Bounded {
  readonly measured: string;
  readonly bound: string;
}

/** Takes an alert's expression apart. @throws Error where it does not end in a bound */
export function splitBound(expression: string): Bounded {
  const parts = /^([^]+?)\s*([<>]=?\s*[0-9.]+)\s*$/.exec(expression.trim());
  const [measured, bound] = [parts?.[1], parts?.[2]];
  if (measured === undefined || bound === undefined) {
    throw new Error(`An alert is to be "what is measured, then > or < a number"; this one is not: ${expression}`);
  }
  return { measured, bound };
}
