/**
 * `node tools/check-documents.mjs [FOLDER]`: every path that a document names must exist. Reads all *.md files of the
 * repository and checks relative links, anchors, paths in backticks, and paths and `npm run` scripts in code blocks. Ends
 * with 1 where one is wrong, each mistake as `file:line: what`.
 *
 * What counts as a path in backticks: a text with a slash whose first part is an entry of the document's folder or of
 * the root; a text that ends like a source file or a folder. `<name>`, `*`, `NNNN` and `…` stand for any name.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url))));

/** Never read: not of the repository. */
const foreign = ['node_modules', '.git', 'dist', '.stryker-tmp'];
/** A bare name with one of these endings must be the name of a file of the repository. */
const sourceFile = /\.(?:ts|tsx|mjs|cjs|js)$/;
/** With a slash before it, a name with one of these endings is a path. */
const anyFile = /\.(?:ts|tsx|mjs|cjs|js|json|ya?ml|md|sql|sh|svg|png|csv|jsonl|gz)$/;

const files = [];
const folders = [];
/** What `.gitignore` files name: made by commands, so not there in a fresh clone, and neither read nor asked for. */
const made = foreign.map((name) => ({ below: '', name }));
(function walk(folder) {
  const below = relative(root, folder).split(sep).join('/');
  const ignoring = join(folder, '.gitignore');
  for (const line of existsSync(ignoring) ? readFileSync(ignoring, 'utf8').split('\n') : []) {
    const name = line.trim().replace(/^\/|\/$/g, '');
    if (/^[^#!*?/]+$/.test(name)) made.push({ below, name });
  }
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (isMade(below === '' ? entry.name : `${below}/${entry.name}`)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      folders.push(relative(root, path).split(sep).join('/'));
      walk(path);
    } else files.push(relative(root, path).split(sep).join('/'));
  }
})(root);
const everything = [...files, ...folders];
const fileNames = files.map((file) => basename(file));
const documents = files.filter((file) => file.endsWith('.md')).sort();
const packageFile = join(root, 'package.json');
const scripts = existsSync(packageFile) ? (JSON.parse(readFileSync(packageFile, 'utf8')).scripts ?? {}) : {};

/** Whether a path from the root is made by commands. */
function isMade(path) {
  return made.some(
    ({ below, name }) =>
      (below === '' || path.startsWith(`${below}/`)) && path.slice(below.length).split('/').includes(name),
  );
}

/** The document's lines, each with whether it stands in a code block. */
function linesOf(document) {
  let fence = null;
  return readFileSync(join(root, document), 'utf8')
    .split('\n')
    .map((text) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1];
      if (mark === undefined || (fence !== null && !mark.startsWith(fence))) return { text, inBlock: fence !== null };
      fence = fence === null ? mark : null;
      return { text: '', inBlock: true };
    });
}

/** Anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document) {
  const seen = new Map();
  const anchors = new Set();
  for (const { text, inBlock } of linesOf(document)) {
    for (const [, name] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name);
    const heading = inBlock ? null : /^#{1,6}\s+(.*?)\s*#*$/.exec(text);
    if (heading === null) continue;
    const words = heading[1].replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

const isPattern = (path) => /[<*…]|NNNN/.test(path);
/** `{a,b}` written out. */
const alternatives = (path) => {
  const found = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(path);
  return found === null
    ? [path]
    : found[2].split(',').flatMap((word) => alternatives(found[1] + word.trim() + found[3]));
};
const asPattern = (path) => {
  const any = path.split(/<[^>]*>|\*\*\/?|\*|…|NNNN/).map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${any.join(path.includes('**') ? '.*' : '[^/]*')}$`);
};

/** Whether a path, seen from a folder of the repository (both with slashes), names something. */
function exists(from, path) {
  const whole = relative(root, resolve(root, from, path))
    .split(sep)
    .join('/');
  if (whole.startsWith('..') || isMade(whole)) return !whole.startsWith('..');
  return isPattern(whole) ? everything.some((one) => asPattern(whole).test(one)) : existsSync(join(root, whole));
}

const isEntry = (folder, name) => name !== '' && !isPattern(name) && existsSync(join(root, folder, name));
const isRootFolder = (name) => isEntry('', name) && statSync(join(root, name)).isDirectory();

/** What is wrong with a text in backticks, or null. */
function wrongSpan(folder, text) {
  const path = text.replace(/:\d+(?:-\d+)?$/, '');
  if (!/^[\p{L}\p{N}._@<>*…{},/-]+$/u.test(path) || /^[/@-]/.test(path) || isMade(path)) return null;
  if (!path.includes('/')) {
    if (!sourceFile.test(path) || path.startsWith('.')) return null;
    const known = isPattern(path) ? fileNames.some((name) => asPattern(path).test(name)) : fileNames.includes(path);
    return known ? null : `no file of the repository is called ${path}`;
  }
  const [first] = path.split('/');
  const named = isEntry(folder, first) || isRootFolder(first) || first === '.' || first === '..';
  if (!named && !path.endsWith('/') && !anyFile.test(path)) return null;
  return exists(folder, path) || exists('', path) ? null : `the path ${text} does not exist`;
}

/** What is wrong with words of a command or a code block: paths from the root, and scripts of package.json. */
function* wrongWords(text) {
  for (const [, script] of text.matchAll(/\bnpm run ([a-z][a-z0-9:-]*)/g)) {
    if (!(script in scripts)) yield `package.json has no script ${script}`;
  }
  for (const raw of text.split(/[\s"'`|=(),;]+/)) {
    const word = raw.replace(/[.:]+$/, '').replace(/:\d+$/, '');
    const [first, ...rest] = word.split('/');
    if (rest.length === 0 || !isRootFolder(first) || /[$\\]/.test(word) || exists('', word)) continue;
    yield `the path ${word} does not exist`;
  }
}

/** What is wrong with the target of a link, or null. */
function wrongLink(document, target) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return null;
  if (target.startsWith('/')) return `the link ${target} begins at the server's root: write it from this document`;
  const [path, anchor] = decodeURI(target).split('#');
  const folder = dirname(document);
  if (path !== '' && (isMade(path) || !exists(folder, path))) return `the link ${target} leads to nothing`;
  const to =
    path === ''
      ? document
      : relative(root, resolve(root, folder, path))
          .split(sep)
          .join('/');
  if (anchor === undefined || !to.endsWith('.md') || anchorsOf(to).has(anchor)) return null;
  return `${to} has no heading for #${anchor}`;
}

function* mistakesOf(document) {
  const folder = dirname(document);
  for (const [index, { text, inBlock }] of linesOf(document).entries()) {
    const line = index + 1;
    if (inBlock) {
      for (const what of wrongWords(text)) yield { line, what };
      continue;
    }
    const spans = [...text.matchAll(/(`+)(.+?)\1(?!`)/g)].map(([, , inner]) => inner.trim());
    for (const span of spans) {
      for (const one of alternatives(span)) {
        const found = /\s/.test(one) ? [...wrongWords(one)] : [wrongSpan(folder, one)];
        for (const what of found) if (what !== null) yield { line, what };
      }
    }
    const prose = text.replaceAll(/(`+)(.+?)\1(?!`)/g, '');
    const targets = [
      ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
      ...prose.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g),
      ...prose.matchAll(/<(?:img|a)\b[^>]*?\b(?:src|href)="([^"]+)"/g),
    ];
    for (const [, target] of targets) {
      const what = wrongLink(document, target);
      if (what !== null) yield { line, what };
    }
  }
}

let mistakes = 0;
for (const document of documents) {
  for (const { line, what } of mistakesOf(document)) {
    mistakes++;
    process.stderr.write(`${document}:${line}: ${what}\n`);
  }
}
if (documents.length === 0) {
  process.stderr.write(`There is no document in ${root}.\n`);
  process.exit(1);
}
process.stderr.write(
  mistakes === 0
    ? `${documents.length} documents, every path exists\n`
    : `${mistakes} mistakes in ${documents.length} documents\n`,
);
process.exit(mistakes === 0 ? 0 : 1);
