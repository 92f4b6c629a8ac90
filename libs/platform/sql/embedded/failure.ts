/** The embedded PostgreSQL could not be set up, started or stopped. The message says what happened and what to do. */
export class EmbeddedPostgresFailed extends Error {
  constructor(
    /** Stable code, e.g. `binaries-missing`, `did-not-start`. */
    readonly code:
      | 'account-missing'
      | 'binaries-missing'
      | 'binaries-unusable'
      | 'data-closed'
      | 'data-missing'
      | 'data-of-another-version'
      | 'password-missing'
      | 'initdb-failed'
      | 'did-not-start'
      | 'did-not-stop'
      | 'ended',
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedPostgresFailed';
  }
}

/** What every message of the kind ends with: there is always another way. */
export const useYourOwn = 'Or set DATABASE_URL to a PostgreSQL of your own.';
