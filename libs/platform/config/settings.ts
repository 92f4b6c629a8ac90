import { z } from 'zod';
import { logLevels } from './config';
import { durationMs } from './duration';

/**
 * How far ahead of its arrival a fact may have occurred where nobody says: more than clocks drift apart, far below the
 * lateness of rules that set none (one hour), so that one wrong clock makes nobody else's facts late.
 */
export const defaultMaxFuture = 'PT15M';

/** What the reference and the messages say of a setting, beside its schema. */
export interface SettingText {
  readonly group: string;
  /** What it is for; a sentence. */
  readonly what: string;
  /** What may stand there; a sentence. */
  readonly allowed: string;
  /** The default as it would be written; left out: not set. */
  readonly default?: string;
  /** The default in words, where it cannot be written as a value. */
  readonly otherwise?: string;
  /** Never shown. */
  readonly secret?: true;
  /** May be given as `<NAME>_FILE` too, the path of a file that holds the value. Every secret may. */
  readonly file?: true;
}

const texts = z.registry<SettingText>();

function setting<T extends z.ZodType<unknown, string>>(schema: T, text: SettingText & { default: string }): T;
function setting<T extends z.ZodType<unknown, string>>(schema: T, text: SettingText): z.ZodOptional<T>;
function setting(schema: z.ZodType<unknown, string>, text: SettingText): z.ZodType {
  const whole = text.default === undefined ? schema.optional() : schema.prefault(text.default);
  return whole.register(texts, text);
}

const text = z.string();
const oneOf = <const T extends readonly string[]>(words: T) => z.enum(words, { error: 'is none of the allowed words' });
const yesNo = oneOf(['true', 'false']).transform((word) => word === 'true');
const whole = (from: number, to: number) =>
  z
    .string()
    .regex(/^-?\d+$/, { error: 'is not a whole number', abort: true })
    .transform(Number)
    .refine((n) => n >= from && n <= to, { error: `is outside ${from} to ${to}` });
const kafkaName = text
  .regex(/^[A-Za-z0-9._-]{1,200}$/, { error: 'has characters that Kafka does not take in a name' })
  .refine((name) => name !== '.' && name !== '..', { error: 'is no name' });
const pem = text.regex(/-----BEGIN [A-Z0-9 ]+-----/, { error: 'holds no PEM block (-----BEGIN …-----)' });
const url = (schemes: readonly string[]) =>
  text.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), {
    error: `is not a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });
const brokers = text.transform((list, ctx) => {
  const addresses = list
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  for (const address of addresses) {
    const port = Number(/^(?:[^\s:/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(address)?.[1]);
    if (!(port >= 1 && port <= 65535)) {
      ctx.addIssue({ code: 'custom', message: `has "${address}", which is not host:port` });
    }
  }
  if (addresses.length === 0) ctx.addIssue({ code: 'custom', message: 'names no broker' });
  return addresses;
});
const duration = text.transform((value, ctx) => {
  const ms = durationMs(value);
  if (ms === null) ctx.addIssue({ code: 'custom', message: 'is not an ISO 8601 duration' });
  return ms ?? 0;
});

const general = 'General';
const http = 'HTTP';
const facts = 'Facts and rules';
const kafka = 'Kafka';
const postgres = 'PostgreSQL';
const redis = 'Redis';
const yesOrNo = 'Write true or false.';
const pemText = 'A PEM text; usually given as a file.';

function tlsSettings(group: string, service: string) {
  return {
    ca: setting(pem, {
      group,
      what: `Certificates of the authorities trusted to sign ${service}'s certificate.`,
      allowed: pemText,
      otherwise: 'the authorities that Node.js ships',
      file: true,
    }),
    cert: setting(pem, {
      group,
      what: `Weir's own certificate towards ${service}, where it asks for one.`,
      allowed: pemText,
      file: true,
    }),
    key: setting(pem, { group, what: 'The key of that certificate.', allowed: pemText, secret: true, file: true }),
    verify: setting(yesNo, {
      group,
      what: `Whether ${service}'s certificate and name are checked. False is for tests only.`,
      allowed: yesOrNo,
      default: 'true',
    }),
  };
}
const kafkaTls = tlsSettings(kafka, 'Kafka');
const postgresTls = tlsSettings(postgres, 'PostgreSQL');
const redisTls = tlsSettings(redis, 'Redis');

/** The one schema of the configuration: every environment variable that Weir reads. Keys are the variables' names. */
export const environmentSchema = z.object({
  WEIR_DATA_DIR: setting(text, {
    group: general,
    what: 'Folder for what Weir keeps on this machine: generated secrets and, without DATABASE_URL, the database.',
    allowed: 'A path; made where it does not exist.',
    default: '.weir',
  }),
  WEIR_LOG_LEVEL: setting(oneOf(logLevels), {
    group: general,
    what: 'The least severe log line that is written.',
    allowed: `One of ${logLevels.join(', ')}.`,
    default: 'info',
  }),
  WEIR_LOG_PRETTY: setting(oneOf(['true', 'false', 'auto']), {
    group: general,
    what: 'Log lines for people instead of JSON. "auto": on a terminal only.',
    allowed: 'Write true, false or auto.',
    default: 'auto',
  }),
  WEIR_HTTP_HOST: setting(text.regex(/^[A-Za-z0-9.:_-]+$/, { error: 'is not a host name or address' }), {
    group: http,
    what: 'Address to listen on. Loopback unless told otherwise.',
    allowed: 'A host name or IP address; 0.0.0.0 is every IPv4 address of this machine.',
    default: '127.0.0.1',
  }),
  WEIR_HTTP_PORT: setting(whole(0, 65535), {
    group: http,
    what: 'Port to listen on.',
    allowed: 'A whole number from 0 to 65535; 0 takes any free port.',
    otherwise: '7480 all in one, 7481 intake, 7482 detector, 7483 desk',
  }),
  WEIR_TOKEN: setting(text.regex(/^[A-Za-z0-9._~+/=-]{16,512}$/, { error: 'is not a token' }), {
    group: http,
    what: 'Bearer token that every route but health and metrics asks for.',
    allowed: 'From 16 to 512 letters, digits and - . _ ~ + / =',
    otherwise: 'generated into the data folder as `token`',
    secret: true,
    file: true,
  }),
  WEIR_FACTS_TOPIC: setting(kafkaName, {
    group: facts,
    what: 'Topic that facts come in by, where upstream has its own name for it.',
    allowed: 'A topic name: letters, digits, dot, underscore, hyphen; at most 200.',
    otherwise: "Weir's own facts topic",
  }),
  WEIR_PARTITIONS: setting(whole(1, 1000), {
    group: facts,
    what: 'Partitions of the topics that Weir makes. Existing topics stay as they are.',
    allowed: 'A whole number from 1 to 1000.',
    default: '6',
  }),
  WEIR_GROUP: setting(kafkaName, {
    group: facts,
    what: 'Prefix of the names of consumer groups. Installations that share a Kafka need different ones.',
    allowed: 'Letters, digits, dot, underscore, hyphen; at most 200.',
    default: 'weir',
  }),
  WEIR_MAX_FUTURE: setting(duration, {
    group: facts,
    what: 'How long after its arrival a fact may have occurred; beyond that it is refused as `in-future`. Keep it well below the lateness of the rules: one clock that is ahead makes facts of all others late.',
    allowed: 'An ISO 8601 duration in weeks, days, hours, minutes, seconds, e.g. PT15M.',
    default: defaultMaxFuture,
  }),
  WEIR_RULES: setting(text, {
    group: facts,
    what: 'A rule file, or a folder of rule files, to load at start.',
    allowed: 'The path of an existing file or folder.',
    otherwise: 'the rules that the service ships, if any',
  }),
  WEIR_SNAPSHOT_EVERY: setting(whole(1, 1_000_000), {
    group: facts,
    what: "Checkpoints after which a partition's window state is written anew as a whole, once they weigh as much as it did. Fewer: faster take-over.",
    allowed: 'A whole number from 1 to 1000000.',
    default: '500',
  }),
  WEIR_ARCHIVE_DAYS: setting(whole(1, 36_500), {
    group: facts,
    what: 'Days that accepted facts are kept as evidence and for rebuilding; longer than the longest window.',
    allowed: 'A whole number from 1 to 36500.',
    default: '400',
  }),
  WEIR_AUDIT_KEY: setting(text.min(32, { error: 'is shorter than 32 characters' }), {
    group: general,
    what: 'Key of the HMAC chain that proves the event store unaltered. Keep a copy apart from the database.',
    allowed: 'At least 32 characters, random.',
    otherwise: 'generated into the data folder as `audit-key`',
    secret: true,
    file: true,
  }),
  KAFKA_BROKERS: setting(brokers, {
    group: kafka,
    what: 'Brokers to begin with. Not set: the record log stands in PostgreSQL.',
    allowed: 'host:port, several parted by commas.',
  }),
  WEIR_KAFKA_TLS: setting(yesNo, {
    group: kafka,
    what: 'Whether the brokers are spoken to over TLS.',
    allowed: yesOrNo,
    default: 'false',
  }),
  WEIR_KAFKA_CA: kafkaTls.ca,
  WEIR_KAFKA_CERT: kafkaTls.cert,
  WEIR_KAFKA_KEY: kafkaTls.key,
  WEIR_KAFKA_TLS_VERIFY: kafkaTls.verify,
  WEIR_KAFKA_SASL_MECHANISM: setting(oneOf(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']), {
    group: kafka,
    what: 'How Weir signs in to the brokers.',
    allowed: 'One of plain, scram-sha-256, scram-sha-512, oauthbearer.',
    otherwise: 'it does not sign in',
  }),
  WEIR_KAFKA_SASL_USERNAME: setting(text, {
    group: kafka,
    what: 'User name for plain and scram.',
    allowed: 'Any text.',
  }),
  WEIR_KAFKA_SASL_PASSWORD: setting(text, {
    group: kafka,
    what: 'Password for plain and scram.',
    allowed: 'Any text.',
    secret: true,
    file: true,
  }),
  WEIR_KAFKA_SASL_TOKEN_ENDPOINT: setting(url(['https:', 'http:']), {
    group: kafka,
    what: 'Where oauthbearer tokens are had by client credentials.',
    allowed: 'An https:// URL (http:// on loopback only).',
  }),
  WEIR_KAFKA_SASL_CLIENT_ID: setting(text, {
    group: kafka,
    what: 'Client id for oauthbearer.',
    allowed: 'Any text.',
  }),
  WEIR_KAFKA_SASL_CLIENT_SECRET: setting(text, {
    group: kafka,
    what: 'Client secret for oauthbearer.',
    allowed: 'Any text.',
    secret: true,
    file: true,
  }),
  WEIR_KAFKA_SASL_SCOPE: setting(text, {
    group: kafka,
    what: 'Scope to ask for with oauthbearer.',
    allowed: 'Scopes parted by spaces.',
  }),
  WEIR_KAFKA_REPLICATION: setting(whole(1, 100), {
    group: kafka,
    what: 'Copies of each partition of topics that Weir makes.',
    allowed: 'A whole number from 1 to 100.',
    otherwise: "the brokers' default",
  }),
  WEIR_KAFKA_SESSION_TIMEOUT: setting(
    duration.refine((ms) => ms >= 1_000 && ms <= 1_800_000, { error: 'is outside PT1S to PT30M' }),
    {
      group: kafka,
      what: 'How long a process may give no sign of life before its partitions go to others. Shorter: quicker take-over, but long pauses count as death.',
      allowed: 'An ISO 8601 duration from PT1S to PT30M, within what the brokers allow (by default PT6S to PT30M).',
      default: 'PT30S',
    },
  ),
  DATABASE_URL: setting(url(['postgres:', 'postgresql:']), {
    group: postgres,
    what: 'Your PostgreSQL. Not set: Weir starts its own, with its data in the data folder.',
    allowed: 'postgres://user:password@host:port/database, with ?sslmode=require or verify-full for TLS.',
    secret: true,
    file: true,
  }),
  WEIR_PG_TLS: setting(yesNo, {
    group: postgres,
    what: 'Whether PostgreSQL is spoken to over TLS.',
    allowed: yesOrNo,
    otherwise: 'true where the URL says sslmode=require or verify-full or a certificate is given, else false',
  }),
  WEIR_PG_CA: postgresTls.ca,
  WEIR_PG_CERT: postgresTls.cert,
  WEIR_PG_KEY: postgresTls.key,
  WEIR_PG_TLS_VERIFY: postgresTls.verify,
  REDIS_URL: setting(url(['redis:', 'rediss:']), {
    group: redis,
    what: 'Your Redis, for the window store. Not set: the window store stands in PostgreSQL.',
    allowed: 'redis://user:password@host:port/number, or rediss:// for TLS.',
    secret: true,
    file: true,
  }),
  WEIR_REDIS_CA: redisTls.ca,
  WEIR_REDIS_CERT: redisTls.cert,
  WEIR_REDIS_KEY: redisTls.key,
  WEIR_REDIS_TLS_VERIFY: redisTls.verify,
});

/** The settings by name, as read: parsed one by one, not yet checked against each other. */
export type Settings = z.output<typeof environmentSchema>;
export type SettingName = keyof Settings;

/** Names of all settings, in the order of the reference. */
export const settingNames = Object.keys(environmentSchema.shape) as readonly SettingName[];

/** What is said of a setting. */
export function settingText(name: SettingName): SettingText {
  const found = texts.get(environmentSchema.shape[name]);
  if (found === undefined) throw new Error(`The setting ${name} has no text: make it with setting().`);
  return found;
}
