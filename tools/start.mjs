/** `npm start`: installs and builds what is missing, then runs `weir start` with the arguments given. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
const weir = spawn(process.execPath, [join(root, 'apps/weir/bin/weir.js'), 'start', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches the child through the terminal's process group; a signal sent to this process alone is passed on.
let stopping = false;
process.on('SIGINT', () => (stopping = true));
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true;
    weir.kill('SIGTERM');
  });
}
weir.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));

// npm is the direct parent (package.json runs this by `exec`, so that no shell stands between). Whoever kills npm means Weir: without its parent this process ends too, as suddenly as the parent did.
if (process.env.npm_lifecycle_event === 'start') {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent || stopping) return;
    weir.kill('SIGKILL');
    process.exit(1);
  }, 200).unref();
}
