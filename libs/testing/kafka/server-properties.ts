/** Where a broker listens and how it is known outside. */
export interface Addresses {
  /** Address that its sockets are bound to. */
  readonly bind: string;
  /** Host by which clients reach it. */
  readonly host: string;
  readonly plain: { readonly port: number; readonly advertised: number };
  readonly controller: number;
  /** The listener with TLS and sign-in, where one is wanted. */
  readonly secure: { readonly port: number; readonly advertised: number } | null;
}

/** Files and names of the listener with TLS and sign-in. */
export interface Security {
  /** PEM file with certificate and key. */
  readonly keyStoreFile: string;
  /** JSON Web Key Set of the token server. */
  readonly keySetUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly plainUsers: Readonly<Record<string, string>>;
}

/** Mechanisms of the secure listener. */
export const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;

/**
 * A `server.properties` for one broker that is its own controller, small and quick: short sessions, no waiting for more
 * group members, few partitions of its own topics.
 */
export function serverProperties(at: Addresses, dataDir: string, security: Security | null): string {
  const { bind, host, plain, controller, secure } = at;
  const listeners = [`PLAINTEXT://${bind}:${plain.port}`, `CONTROLLER://127.0.0.1:${controller}`];
  const advertised = [`PLAINTEXT://${host}:${plain.advertised}`];
  if (secure !== null) {
    listeners.push(`SASL_SSL://${bind}:${secure.port}`);
    advertised.push(`SASL_SSL://${host}:${secure.advertised}`);
  }
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': dataDir,
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 5,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 3,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 4_194_304,
    'num.network.threads': 2,
    'num.io.threads': 4,
    ...(security === null ? {} : secureProperties(security)),
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function secureProperties(security: Security): Record<string, string> {
  const listener = 'listener.name.sasl_ssl';
  const users = Object.entries(security.plainUsers).map(([user, password]) => ` user_${user}="${password}"`);
  const login = (module: string, options = '') => `org.apache.kafka.common.security.${module} required${options};`;
  return {
    'sasl.enabled.mechanisms': MECHANISMS.join(','),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': security.keyStoreFile,
    [`${listener}.plain.sasl.jaas.config`]: login('plain.PlainLoginModule', users.join('')),
    [`${listener}.scram-sha-256.sasl.jaas.config`]: login('scram.ScramLoginModule'),
    [`${listener}.scram-sha-512.sasl.jaas.config`]: login('scram.ScramLoginModule'),
    [`${listener}.oauthbearer.sasl.jaas.config`]: login(
      'oauthbearer.OAuthBearerLoginModule',
      ' unsecuredLoginStringClaim_sub="broker"',
    ),
    [`${listener}.oauthbearer.sasl.server.callback.handler.class`]:
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler',
    [`${listener}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url`]: security.keySetUrl,
    [`${listener}.oauthbearer.sasl.oauthbearer.expected.issuer`]: security.issuer,
    [`${listener}.oauthbearer.sasl.oauthbearer.expected.audience`]: security.audience,
  };
}
