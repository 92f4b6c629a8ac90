/** TLS towards a service. PEM texts, as Node's `tls.connect` takes them. */
export interface TlsSettings {
  /** Certificates that are trusted; null: those that Node ships. */
  readonly ca: string | null;
  /** This client's own certificate and key, both or none. */
  readonly cert: string | null;
  readonly key: string | null;
  /** False: any certificate is accepted (for tests). */
  readonly verify: boolean;
}

/** How Weir signs in to Kafka. */
export type SaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'oauthbearer';
      readonly tokenEndpoint: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope: string | null;
    };

export interface KafkaSettings {
  /** `host:port` of the brokers to begin with. */
  readonly brokers: readonly string[];
  /** Null: without TLS. */
  readonly tls: TlsSettings | null;
  /** Null: without signing in. */
  readonly sasl: SaslSettings | null;
  /** Copies of each partition of topics that Weir makes; null: the broker's default. */
  readonly replication: number | null;
  /** After this long without a sign of life the partitions of a process go to others, ms. */
  readonly sessionTimeoutMs: number;
}

export interface PostgresSettings {
  /** Connection URL without any `ssl…` parameter. */
  readonly url: string;
  /** Null: without TLS. */
  readonly tls: TlsSettings | null;
}

export interface RedisSettings {
  /** `redis://` or `rediss://` URL without parameters. */
  readonly url: string;
  /** Null where the URL is `redis://`. */
  readonly tls: TlsSettings | null;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One setting as it is in force, fit to be shown: secrets are masked. */
export interface EffectiveSetting {
  readonly name: string;
  /** Masked where secret; null where it is not set and has no default. */
  readonly value: string | null;
  readonly from: 'default' | 'environment' | 'file';
}

/** The whole configuration, checked. Times in milliseconds. */
export interface Config {
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Null: to be generated into the data folder (`generatedSecret`). */
    readonly token: string | null;
  };
  readonly log: {
    readonly level: LogLevel;
    /** `auto`: readable lines on a terminal, JSON elsewhere. */
    readonly pretty: boolean | 'auto';
  };
  readonly facts: {
    /** Name of the topic that facts come in by; null: the product's own. */
    readonly topic: string | null;
    /** Partitions of topics that Weir makes. */
    readonly partitions: number;
    /** Prefix of the names of consumer groups. */
    readonly group: string;
    /** How long after its arrival a fact may have occurred, ms. */
    readonly maxFutureMs: number;
  };
  /** Null: the record log stands in PostgreSQL. */
  readonly kafka: KafkaSettings | null;
  /** Null: PostgreSQL is started by Weir itself, its data in the data folder. */
  readonly postgres: PostgresSettings | null;
  /** Null: the window store stands in PostgreSQL. */
  readonly redis: RedisSettings | null;
  readonly audit: {
    /** HMAC key; null: to be generated into the data folder (`generatedSecret`). */
    readonly key: string | null;
  };
  readonly archive: {
    /** Days that accepted facts are kept. */
    readonly days: number;
  };
  readonly windows: {
    /** Deltas after which a partition's state is written as a snapshot. */
    readonly snapshotEvery: number;
  };
  /** File or folder of rules to load at start; null: none beyond those shipped. */
  readonly rules: string | null;
  /** Allowed, but worth a line at start. */
  readonly warnings: readonly string[];
  /** Every setting, in the order of the reference. */
  readonly effective: readonly EffectiveSetting[];
}
