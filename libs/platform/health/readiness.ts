import type { Clock } from '../clock';

/** Resolves where the thing stands, rejects with what is wrong. */
export type Check = () => Promise<void>;

/** Outcome of one check. */
export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'error';
  /** What is wrong; only with `error`. */
  readonly message?: string;
}

/** Ready: everything the service stands on answers. */
export interface ReadinessReport {
  readonly status: 'ok' | 'error';
  readonly checks: readonly CheckResult[];
}

/** How long one check may take, ms. */
const timeOutMs = 2_000;
/** How long a report is served again, ms: probes must not become a load on what they probe. */
const keepMs = 1_000;

/** The checks of everything that a service stands on. */
export class Readiness {
  private readonly checks = new Map<string, Check>();
  private last: { readonly at: number; readonly report: Promise<ReadinessReport> } | null = null;

  constructor(private readonly clock: Clock) {}

  /** Adds a check under a name that is shown to whoever probes. @throws Error where the name is taken */
  add(name: string, check: Check): void {
    if (this.checks.has(name)) throw new Error(`There is a readiness check "${name}" already.`);
    this.checks.set(name, check);
    this.last = null;
  }

  /** Runs all checks at once, or gives the report of at most a second ago. Never rejects. */
  report(): Promise<ReadinessReport> {
    const now = this.clock();
    if (this.last === null || now - this.last.at >= keepMs || now < this.last.at) {
      this.last = { at: now, report: this.run() };
    }
    return this.last.report;
  }

  private async run(): Promise<ReadinessReport> {
    const checks = await Promise.all([...this.checks].map(([name, check]) => runCheck(name, check)));
    return { status: checks.every(({ status }) => status === 'ok') ? 'ok' : 'error', checks };
  }
}

async function runCheck(name: string, check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeOutMs / 1000} s`)), timeOutMs);
  });
  try {
    await Promise.race([check(), timeOut]);
    return { name, status: 'ok' };
  } catch (error) {
    return { name, status: 'error', message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
