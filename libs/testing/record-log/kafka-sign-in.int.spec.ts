import { randomUUID } from 'node:crypto';
import { KafkaRecordLog, type KafkaRecordLogOptions, type KafkaUnavailable } from '@weir/platform/record-log';
import { startKafka, type KafkaServer, type SecureListener } from '../kafka';
import { makeCertificates } from '../redis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Recorder } from './recorder';
import { until } from './until';

jest.setTimeout(120_000);

describe('KafkaRecordLog over TLS with SASL', () => {
  let kafka: KafkaServer;
  let secure: SecureListener;
  const opened: KafkaRecordLog[] = [];

  type Sasl = NonNullable<KafkaRecordLogOptions['sasl']>;
  const password = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'): Sasl => ({ mechanism, ...secure.user });
  const token = (): Sasl => {
    const { tokenEndpoint, clientId, clientSecret } = secure.tokens;
    return { mechanism: 'oauthbearer', tokenEndpoint, clientId, clientSecret, scope: 'kafka' };
  };

  function open(sasl: Sasl | undefined, changes: Partial<KafkaRecordLogOptions> = {}): KafkaRecordLog {
    const log = new KafkaRecordLog({
      brokers: secure.brokers,
      ssl: { ca: secure.ca },
      ...(sasl === undefined ? {} : { sasl }),
      maxWaitMs: 100,
      ...changes,
    });
    opened.push(log);
    return log;
  }

  const refusal = (attempt: Promise<unknown>): Promise<KafkaUnavailable> =>
    attempt.then(
      () => Promise.reject(new Error('It was let in.')),
      (error: unknown) => error as KafkaUnavailable,
    );

  beforeAll(async () => {
    kafka = await startKafka({ secure: true });
    if (kafka.secure === null) throw new Error('Kafka was started without its secure listener.');
    secure = kafka.secure;
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });

  afterAll(() => kafka.stop());

  it.each([
    ['PLAIN', () => password('plain')],
    ['SCRAM-SHA-256', () => password('scram-sha-256')],
    ['SCRAM-SHA-512', () => password('scram-sha-512')],
    ['OAUTHBEARER', token],
  ])('signs in with %s: makes a topic, sends, reads it whole and in a group', async (_name, sasl) => {
    const log = open(sasl());
    const topic = `signed-in.${randomUUID()}`;
    await log.ping();
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    await log.send(topic, [{ key: Buffer.from('k'), value: Buffer.from('v') }]);

    const values: (string | undefined)[] = [];
    for await (const { records } of log.readAll(topic)) values.push(...records.map(({ value }) => value?.toString()));
    const recorder = new Recorder({ group: topic, topic });
    await log.consume(recorder);
    await until('the record is handled', () => recorder.handled === 1);

    expect(values).toEqual(['v']);
    expect((await log.describe(topic)).identity).toMatch(/^.{22}\/.{22}$/);
  });

  it('asks for one token and uses it for every connection', async () => {
    const before = secure.tokens.issued();
    const log = open(token());
    const topic = `one-token.${randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.send(topic, [{ key: Buffer.from('k'), value: Buffer.from('v') }]);
    expect(await log.bounds(topic)).toEqual([{ low: 0, high: 1 }]);
    expect(secure.tokens.issued() - before).toBe(1);
  });

  it.each(['plain', 'scram-sha-512'] as const)('refuses a wrong password with %s', async (mechanism) => {
    const log = open({ mechanism, username: secure.user.username, password: 'guessed' });
    const attempts = [
      () => log.ping(),
      () => log.send('t', []),
      () => log.consume(new Recorder({ group: 'g', topic: 't' })),
    ];
    for (const attempt of attempts) {
      const error = await refusal(attempt());
      expect(error).toMatchObject({ name: 'KafkaUnavailable', code: 'sign-in-refused' });
      expect(error.message).toContain(`refused the sign-in of user "weir" with ${mechanism.toUpperCase()}`);
      expect(error.message).toContain(secure.brokers[0]);
      expect(error.message).not.toContain('guessed');
    }
  });

  it('refuses a client secret that the token server does not know', async () => {
    const { tokenEndpoint, clientId } = secure.tokens;
    const error = await refusal(
      open({ mechanism: 'oauthbearer', tokenEndpoint, clientId, clientSecret: 'guessed' }).ping(),
    );
    expect(error.code).toBe('sign-in-refused');
    expect(error.message).toContain(`${tokenEndpoint} refused the client "weir-detector" with status 401`);
  });

  it('refuses a broker whose certificate an unknown authority signed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-other-authority-'));
    const { ca } = makeCertificates(folder);
    rmSync(folder, { recursive: true });
    const error = await refusal(open(password('plain'), { ssl: { ca } }).ping());
    expect(error.code).toBe('tls-refused');
    expect(error.message).toMatch(/No TLS connection to Kafka at 127\.0\.0\.1:\d+: .*CA/s);
  });

  it('says so where TLS is spoken to a port without it', async () => {
    const error = await refusal(open(password('plain'), { brokers: kafka.brokers, connectionTimeoutMs: 2_000 }).ping());
    expect(error.code).toMatch(/tls-refused|unreachable/);
  });

  it('says so where the brokers ask for a sign-in and none is configured', async () => {
    const error = await refusal(open(undefined).ping());
    expect(error).toMatchObject({ name: 'KafkaUnavailable' });
    expect(error.message).toContain('configure SASL');
  });

  it('says so where nobody listens', async () => {
    const error = await refusal(new KafkaRecordLog({ brokers: ['127.0.0.1:1'] }).ping());
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('127.0.0.1:1 cannot be reached');
  });

  it('refuses a token that another key signed, with what the broker said', async () => {
    secure.tokens.forge();
    const error = await refusal(open(token()).ping());
    expect(error.code).toBe('sign-in-refused');
    expect(error.message).toContain('refused the sign-in of client "weir-detector" with OAUTHBEARER');
  });
});
