/**
 * Asks the service of this container how it is: `node healthy.js live` whether it is alive, `node healthy.js ready`
 * whether everything it stands on answers. Exit code 0 where it is; else 1, and the answer on standard error.
 */
const [what = 'live'] = process.argv.slice(2);
const port = process.env.WEIR_HTTP_PORT || '7480';

fetch(`http://127.0.0.1:${port}/health/${what}`, { signal: AbortSignal.timeout(4_000) })
  .then(async (answer) => {
    if (answer.ok) return;
    process.stderr.write(`${answer.status} ${await answer.text()}\n`);
    process.exitCode = 1;
  })
  .catch((error) => {
    process.stderr.write(`No answer on port ${port}: ${error.cause?.message ?? error.message}\n`);
    process.exitCode = 1;
  });
