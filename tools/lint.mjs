/** `npm run lint`: ESLint over everything. Nx's project graph is made first: the import rules are read from it. */
import { bin, must, root, run } from './prepare.mjs';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_ISOLATE_PLUGINS: 'false' };
const graph = join(root, '.nx', 'graph-for-lint.json');
must('Project graph', process.execPath, [bin('nx'), 'graph', `--file=${graph}`], {
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});
rmSync(graph, { force: true });
process.exit(
  run(
    'ESLint',
    process.execPath,
    [bin('eslint'), '--max-warnings', '0', ...(process.argv.length > 2 ? process.argv.slice(2) : ['.'])],
    { env },
  ),
);
