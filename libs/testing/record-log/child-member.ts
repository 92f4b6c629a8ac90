import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { KafkaRecordLogOptions } from '@weir/platform/record-log';
import type { Told } from './recorder';
import { until } from './until';

/** Which service a child process is to read from. */
export type ChildService =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'kafka'; readonly options: KafkaRecordLogOptions };

/** What a child process is told at its start. */
export interface ChildOrder {
  readonly service: ChildService;
  readonly group: string;
  readonly topic: string;
}

/** What a child process reports. */
export type ChildReport =
  { readonly told: Told } | { readonly holding: number } | { readonly breaches: readonly string[] } | 'joined';

/** A consumer in a process of its own, seen from the test. */
export class ChildMember {
  private readonly seen: Told[] = [];
  private joined = false;
  /** How many batches the child has in hand while it holds. */
  holding = 0;
  /** Breaches of the port's promises that the child saw. */
  breaches: readonly string[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (report: ChildReport) => this.note(report));
  }

  /** Starts the process; resolves once it has joined the group. */
  static async start(order: ChildOrder): Promise<ChildMember> {
    const child = fork(join(__dirname, 'child-member.main.ts'), [JSON.stringify(order)], {
      execArgv: ['--require', join(__dirname, '..', 'postgres', 'typescript-hook.cjs')],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const member = new ChildMember(child);
    await until('the child has joined', () => {
      if (child.exitCode !== null) throw new Error(`The child process ended with code ${child.exitCode}.`);
      return member.joined;
    });
    return member;
  }

  /** Partitions that the child holds. */
  get partitions(): number[] {
    const open = new Set<number>();
    for (const { what, partition } of this.seen) {
      if (what === 'assigned') open.add(partition);
      if (what === 'revoked') open.delete(partition);
    }
    return [...open];
  }

  /** How many records the child has handled. */
  get handled(): number {
    return this.seen.reduce((sum, told) => sum + (told.what === 'batch' ? told.offsets.length : 0), 0);
  }

  /** How often a partition was taken from the child. */
  get revocations(): number {
    return this.seen.filter(({ what }) => what === 'revoked').length;
  }

  /** Offsets that the child has handled. */
  offsets(partition: number): number[] {
    return this.seen.flatMap((told) => (told.what === 'batch' && told.partition === partition ? told.offsets : []));
  }

  /** From now on the child keeps every batch in hand until `letGo`. */
  hold(): void {
    this.child.send('hold');
  }

  /** Lets the child finish what it holds. */
  letGo(): void {
    this.child.send('let-go');
  }

  /** Stops the process as a full garbage collection or a swapped machine would: it knows nothing of it. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends the process without a chance to leave the group. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private note(report: ChildReport): void {
    if (report === 'joined') this.joined = true;
    else if ('told' in report) this.seen.push(report.told);
    else if ('holding' in report) this.holding = report.holding;
    else this.breaches = report.breaches;
  }
}
