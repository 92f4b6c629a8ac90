import type { Logger } from 'pino';

/**
 * On SIGINT or SIGTERM runs `close` once and ends the process with 0, with 1 where closing fails or takes longer than
 * `withinMs`; a second signal ends it at once. What `close` closes, in which order, is the caller's one straight line.
 * @returns a function that takes the handlers away again
 */
export function closeOnSignals(
  close: () => Promise<void>,
  { logger, withinMs = 20_000 }: { readonly logger: Logger; readonly withinMs?: number },
): () => void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) {
      logger.warn({ signal }, 'a second signal: ending without finishing what is in hand');
      process.exit(1);
    }
    closing = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error(`not stopped within ${withinMs} ms: ending without finishing what is in hand`);
      process.exit(1);
    }, withinMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
}
