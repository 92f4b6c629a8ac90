import { asError } from '../log-events';
import type { KafkaSettings } from './kafka-options';

/** Thrown where Kafka cannot be reached or refuses the client: what happened, where, and what to look at. */
export class KafkaUnavailable extends Error {
  /** @param code `sign-in-refused`, `tls-refused`, `not-authorised` or `unreachable` */
  constructor(
    readonly code: 'sign-in-refused' | 'tls-refused' | 'not-authorised' | 'unreachable',
    message: string,
    cause: unknown,
  ) {
    super(message, { cause });
    this.name = 'KafkaUnavailable';
  }
}

/** The parts of kafkajs's errors that are looked at. */
interface KafkajsError extends Error {
  readonly type?: string;
  readonly code?: string | number;
  readonly retriable?: boolean;
}

const TLS_CODES =
  /^(ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|CRL_)/;
const UNREACHABLE =
  /^Unanswered|^KafkaJS(Connection|NumberOfRetries|BrokerNotFound|RequestTimeout|LockTimeout|NoBroker|ServerDoesNot)/;

/** The error and what caused it, outermost first. */
export function chainOf(thrown: unknown): KafkajsError[] {
  const chain: KafkajsError[] = [];
  for (let at: unknown = thrown; at instanceof Error && chain.length < 10; at = at.cause) chain.push(at);
  return chain;
}

/** The protocol's name of the error, e.g. `UNKNOWN_TOPIC_OR_PARTITION`, from wherever in the chain it stands. */
export function typeOf(thrown: unknown): string | null {
  return chainOf(thrown).find(({ type }) => typeof type === 'string')?.type ?? null;
}

/** True where waiting may heal it: brokers away, leaders moving, coordinators loading. */
export function heals(thrown: unknown): boolean {
  const chain = chainOf(thrown);
  const innermost = chain.at(-1);
  if (innermost === undefined) return false;
  if (isSignIn(innermost) || chain.some(isTls)) return false;
  return chain.some(({ retriable, name }) => retriable === true || name === 'KafkaJSNumberOfRetriesExceeded');
}

/** Kafka's error in words that say what, where and how to mend it; others as they are. */
export function inPlainWords(thrown: unknown, { brokers, sasl }: Pick<KafkaSettings, 'brokers' | 'sasl'>): Error {
  const error = asError(thrown);
  if (error instanceof KafkaUnavailable) return error;
  const chain = chainOf(error);
  const where = `Kafka at ${brokers.join(', ')}`;
  const said = (chain.at(-1)?.message ?? error.message).replace(/\.?$/, '.');
  if (chain.some(isSignIn)) {
    const mechanism = sasl?.mechanism.toUpperCase() ?? 'none';
    const who =
      sasl === undefined ? 'no user' : 'username' in sasl ? `user "${sasl.username}"` : `client "${sasl.clientId}"`;
    const mend =
      sasl === undefined
        ? 'The brokers ask for a sign-in: configure SASL.'
        : 'Check the name, the password or secret, and that the brokers offer this mechanism.';
    const text = `${where} refused the sign-in of ${who} with ${mechanism}: ${said} ${mend}`;
    return new KafkaUnavailable('sign-in-refused', text, error);
  }
  const tls = chain.find(isTls);
  if (tls !== undefined) {
    return new KafkaUnavailable(
      'tls-refused',
      `No TLS connection to ${where}: ${tls.message.replace(/\.?$/, '.')} Check that the configured CA signed the brokers' certificates, ` +
        `that they name the host, and that these ports speak TLS.`,
      error,
    );
  }
  const refused = chain.flatMap(refusedTopics);
  if (refused.length > 0) return new Error(`${where} refused to make topics: ${refused.join('; ')}`, { cause: error });
  if (chain.some(({ type }) => type?.endsWith('_AUTHORIZATION_FAILED') === true)) {
    const text = `${where} does not permit this: ${said} Grant the user the right on the topic or group.`;
    return new KafkaUnavailable('not-authorised', text, error);
  }
  if (chain.some(({ name }) => UNREACHABLE.test(name))) {
    const doors = sasl === undefined ? ' If they ask for a sign-in or TLS, configure SASL and TLS.' : '';
    const text = `${where} cannot be reached: ${said} Check the addresses, the network and that the brokers run.${doors}`;
    return new KafkaUnavailable('unreachable', text, error);
  }
  return error;
}

/** What kafkajs hides in a list: why each topic could not be made. */
function refusedTopics(error: Error): string[] {
  if (!('errors' in error) || !Array.isArray(error.errors)) return [];
  return error.errors
    .filter((one: unknown): one is Error & { topic?: string } => one instanceof Error)
    .map((one) => `"${one.topic ?? 'unknown'}": ${one.message}`);
}

function isSignIn({ name, type }: KafkajsError): boolean {
  return name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED';
}

/** kafkajs keeps the code of a failed handshake on its own error, but OpenSSL's own texts come without one. */
function isTls({ code, message }: KafkajsError): boolean {
  return (typeof code === 'string' && TLS_CODES.test(code)) || /SSL routines|certificate/i.test(message);
}
