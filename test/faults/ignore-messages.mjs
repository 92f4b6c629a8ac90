/**
 * Stryker's ignorer `messages`: texts that only people read. What a mistake is called, where it stands and which code it has
 * is mutated and tested; how the sentence is worded is not. A text counts as a sentence where it contains a space and
 * stands among the arguments of `mistake(…)`, `refuse(…)` or `new …Error(…)`.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const isText = (path) => path.isStringLiteral() || path.isTemplateLiteral();
const sentence = ({ node }) =>
  node.type === 'StringLiteral' ? node.value : node.quasis.map(({ value }) => value.raw).join('');

function isReporting({ node }) {
  const name = node.callee?.name ?? '';
  if (node.type === 'NewExpression') return name.endsWith('Error');
  return node.type === 'CallExpression' && (name === 'mistake' || name === 'refuse');
}

const messages = {
  shouldIgnore(path) {
    const text = path.find(isText);
    if (text === null || !sentence(text).includes(' ')) return undefined;
    return text.findParent(isReporting) === null ? undefined : 'wording of a message';
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'messages', messages)];
