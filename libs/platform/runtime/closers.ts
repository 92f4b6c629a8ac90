/** What must be closed again, in the reverse of the order in which it was opened. */
export class Closers {
  private readonly waiting: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.waiting.push(close);
  }

  /** Closes everything, also where one fails. @throws AggregateError with every failure */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.waiting.pop(); close !== undefined; close = this.waiting.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.');
  }
}
