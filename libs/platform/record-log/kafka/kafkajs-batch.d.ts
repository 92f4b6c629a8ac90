/** kafkajs's own view of a fetched partition, which leaves out aborted and control records; it has no types of its own. */
declare module 'kafkajs/src/consumer/batch' {
  import type { KafkaMessage } from 'kafkajs';
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partition: object);
    /** As fetched, before anything is left out. */
    readonly rawMessages: readonly KafkaMessage[];
    readonly messages: readonly KafkaMessage[];
    lastOffset(): string;
  }
}
