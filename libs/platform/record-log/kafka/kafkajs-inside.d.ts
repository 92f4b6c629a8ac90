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

/** How kafkajs asks for records and reads the answer, by version of the request. */
declare module 'kafkajs/src/protocol/requests/fetch' {
  interface Exchange {
    readonly request: object;
    readonly response: { decode(this: void, raw: Buffer): Promise<object>; parse(data: object): Promise<object> };
    readonly requestTimeout: number | null;
  }
  const definition: { protocol: (asked: { readonly version: number }) => (request: object) => Exchange };
  export default definition;
}

/** The codecs of compressed batches, with those that were added to `CompressionCodecs`. */
declare module 'kafkajs/src/protocol/message/compression' {
  export function lookupCodecByAttributes(attributes: number): { decompress(bytes: Buffer): Promise<Buffer> } | null;
}
