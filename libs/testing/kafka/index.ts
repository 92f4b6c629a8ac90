export { KAFKA_VERSION, kafkaJars } from './kafka-jars';
export type { KafkaServer, KafkaWishes, SecureListener } from './kafka-server';
export { sharedKafka, type SharedKafka } from './shared-kafka';
export { startKafka } from './start-kafka';
export { startTokenServer, type TokenServer } from './token-server';
