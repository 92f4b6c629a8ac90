/** A real PostgreSQL for tests. */
export interface PostgresServer {
  /** A database of its own, empty at first. Stays the same over `kill9` and `restart`. */
  readonly connectionString: string;
  /** E.g. `18.4`. */
  readonly version: string;
  /** What it is and where it came from, for the log of the test run. */
  readonly describe: string;
  /** Makes one more empty database and gives its connection string. */
  createDatabase(): Promise<string>;
  /** Ends the server, or, where it is not ours, drops the databases that were made. */
  stop(): Promise<void>;
  /** Kills the server without warning (SIGKILL). */
  kill9(): Promise<void>;
  /** Starts it again after `kill9`, else stops and starts it; at the same address, with the same data. */
  restart(): Promise<void>;
}
