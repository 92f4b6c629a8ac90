/** kafkajs's own encoding of produce requests, by version; it has no types of its own. */
declare module 'kafkajs/src/protocol/requests/produce' {
  const produce: object;
  export default produce;
}

/** kafkajs's own errors of the codes in Kafka's answers. */
declare module 'kafkajs/src/protocol/error' {
  export function createErrorFromCode(code: number): Error;
}
