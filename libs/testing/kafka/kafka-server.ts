import type { TokenServer } from './token-server';

/** A real Apache Kafka for tests. */
export interface KafkaServer {
  /** Addresses without TLS and sign-in. They stay the same over `kill9` and `restart`. */
  readonly brokers: readonly string[];
  /** E.g. `4.3.0`. */
  readonly version: string;
  /** What it is and where it came from, for the log of the test run. */
  readonly describe: string;
  /** The listener with TLS and sign-in, where one was asked for. */
  readonly secure: SecureListener | null;
  /** Ends it and takes its files away. */
  stop(): Promise<void>;
  /** Ends it as a power cut would; its files stay. */
  kill9(): Promise<void>;
  /** Starts it again at the same addresses on the same files. */
  restart(): Promise<void>;
}

/** The listener SASL_SSL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER. */
export interface SecureListener {
  readonly brokers: readonly string[];
  /** PEM of the authority that signed the broker's certificate. */
  readonly ca: string;
  /** Known to PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly user: { readonly username: string; readonly password: string };
  /** Its client is known to OAUTHBEARER. */
  readonly tokens: TokenServer;
}

/** How a test wants its own Kafka to be. */
export interface KafkaWishes {
  /** True: never the one of KAFKA_BROKERS, since the test will kill it. */
  readonly own?: boolean;
  /** True: with the listener SASL_SSL beside the plain one (and never the one of KAFKA_BROKERS). */
  readonly secure?: boolean;
  /** A file to be removed when the broker goes with this process. */
  readonly note?: string;
}
