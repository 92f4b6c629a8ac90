import { KafkaRecordLog } from '@weir/platform/record-log';
import { sharedKafka, type SharedKafka } from '@weir/testing';
import { itHoldsDeadLetters } from './dead-letters.contract.spec';

jest.setTimeout(120_000);

describe('dead letters on Kafka', () => {
  let kafka: SharedKafka;
  beforeAll(async () => {
    kafka = await sharedKafka();
  });

  itHoldsDeadLetters(() => new KafkaRecordLog({ brokers: kafka.brokers, maxWaitMs: 100 }));
});
