import { Pool } from 'pg';
import { KafkaRecordLog, PostgresRecordLog, type RecordLog } from '@weir/platform/record-log';
import type { ChildOrder, ChildReport, ChildService } from './child-member';
import { Recorder, type Told } from './recorder';

function open(service: ChildService): RecordLog {
  if (service.kind === 'kafka') return new KafkaRecordLog(service.options);
  const pool = new Pool({ connectionString: service.url, max: 5 });
  return new PostgresRecordLog(pool);
}

function report(what: ChildReport): void {
  process.send?.(what);
}

/** Tells the parent everything, as it happens. */
class ReportingRecorder extends Recorder {
  override readonly told = new Proxy<Told[]>([], {
    set: (target, name, value: unknown) => {
      if (name !== 'length') report({ told: value as Told });
      return Reflect.set(target, name, value);
    },
  });
}

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '') as ChildOrder;
  let gate: Promise<void> | null = null;
  let openGate: () => void = () => undefined;
  let holding = 0;
  process.on('message', (command) => {
    if (command === 'hold') gate ??= new Promise((resolve) => (openGate = resolve));
    if (command === 'let-go') {
      openGate();
      gate = null;
    }
  });
  process.on('disconnect', () => process.exit(0));
  const recorder = new ReportingRecorder({
    group: order.group,
    topic: order.topic,
    handle: async () => {
      holding += 1;
      report({ holding });
      await gate;
      holding -= 1;
      report({ holding });
      if (recorder.breaches.length > 0) report({ breaches: recorder.breaches });
    },
  });
  await open(order.service).consume(recorder);
  report('joined');
}

void main();
