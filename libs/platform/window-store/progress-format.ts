import { z } from 'zod';
import type { Progress } from './window-store';
import { WindowStoreError } from './window-store-error';

const schema = z.strictObject({
  watermark: z.number().int().nullable(),
  movedUpTo: z.record(z.string(), z.number().int()),
  nextOffset: z.number().int(),
  sourceReadAt: z.number().int().nullable(),
});

/** Progress as it was stored. @param where names the partition in the error */
export function readProgress(stored: unknown, where: string): Progress {
  const result = schema.safeParse(stored);
  if (result.success) return result.data;
  throw new WindowStoreError(
    'window-store-damaged',
    `What the window store holds as the progress of ${where} is none: ${z.prettifyError(result.error)}`,
  );
}
