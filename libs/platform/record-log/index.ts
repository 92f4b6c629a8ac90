export * from './record-log';
export { murmur2, partitionOf } from './murmur2';
export type { RecordLogLogger } from './log-events';
export { KafkaUnavailable } from './kafka/kafka-errors';
export type { KafkaOauthSasl, KafkaPasswordSasl, KafkaRecordLogOptions, KafkaSsl } from './kafka/kafka-options';
export { KafkaRecordLog } from './kafka/kafka-record-log';
export { PostgresRecordLog } from './postgres/postgres-record-log';
export type { PostgresRecordLogOptions } from './postgres/postgres-options';
export { recordLogMigrations } from './postgres/record-log.migrations';

/** Token under which Nest hands out the `RecordLog`. */
export const RECORD_LOG = Symbol('record-log');
export { sendOrReplace, type Placed } from './send-or-replace';
export { checkConsumer } from './check-consumer';
