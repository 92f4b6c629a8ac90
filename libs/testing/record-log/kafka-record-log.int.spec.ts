import { KafkaRecordLog, type KafkaRecordLogOptions } from '@weir/platform/record-log';
import { sharedKafka, type SharedKafka } from '../kafka';
import { ChildMember } from './child-member';
import { itIsARecordLog } from './record-log.contract.spec';

jest.setTimeout(120_000);

describe('KafkaRecordLog', () => {
  let kafka: SharedKafka;

  const optionsOf = (): KafkaRecordLogOptions => ({
    brokers: kafka.brokers,
    sessionTimeoutMs: 3_000,
    heartbeatMs: 500,
    maxWaitMs: 100,
  });

  beforeAll(async () => {
    kafka = await sharedKafka();
  });

  itIsARecordLog(() => ({
    open: () => new KafkaRecordLog(optionsOf()),
    startChild: (group, topic) => ChildMember.start({ service: { kind: 'kafka', options: optionsOf() }, group, topic }),
  }));
});
