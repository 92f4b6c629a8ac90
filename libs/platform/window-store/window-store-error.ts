/** Why a window store could not do what it was asked; `fenced` is no error but a result. */
export type WindowStoreFault =
  /** It does not answer, or the connection was lost. A write may or may not have been made: open the partition anew. */
  | 'window-store-unavailable'
  /** It is set up so that it would forget what it was given. */
  | 'window-store-unsafe'
  /** Another owner opened the partition while it was being read. */
  | 'window-store-taken-over'
  /** What is stored is not what was written. */
  | 'window-store-damaged';

/** A fault of the window store. After any of these on a partition its memory must be dropped and it be opened anew. */
export class WindowStoreError extends Error {
  constructor(
    readonly code: WindowStoreFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'WindowStoreError';
  }
}
