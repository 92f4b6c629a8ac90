import { setTimeout as pause } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { readFigures, type Figures } from './figures';

const number = new Intl.NumberFormat('en');
const severities = ['critical', 'high', 'medium', 'low'] as const;
const everyOnTerminal = 1_000;
const everyElsewhere = 5_000;

/** Where the summary goes. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows what flows through Weir until `signal` aborts: one line that renews itself on a terminal, a line every five
 * seconds elsewhere.
 */
export async function showSummary(registry: Registry, screen: Screen, signal: AbortSignal): Promise<void> {
  const every = screen.isTTY === true ? everyOnTerminal : everyElsewhere;
  let before: Figures | null = null;
  while (!signal.aborted) {
    const figures = await readFigures(registry);
    const line = summaryLine(figures, before === null ? 0 : ((figures.accepted - before.accepted) * 1000) / every);
    screen.write(screen.isTTY === true ? `\r\u001b[2K${line}` : `${line}\n`);
    before = figures;
    await pause(every, undefined, { signal }).catch(() => undefined);
  }
  if (screen.isTTY === true) screen.write('\n');
}

/** Says something beside the line that renews itself. */
export function announce(screen: Screen, text: string): void {
  screen.write(`${screen.isTTY === true ? '\r\u001b[2K' : ''}${text}\n`);
}

/** One line: facts, their rate and the late ones, hits, open alerts by severity, what was refused, how far behind. */
export function summaryLine(figures: Figures, perSecond: number): string {
  const alerts = severities
    .map((severity) => [severity, figures.openAlerts.get(severity) ?? 0] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${number.format(count)} ${severity}`);
  return [
    `facts ${number.format(figures.accepted)} (${number.format(Math.round(perSecond))}/s)` +
      (figures.late === 0 ? '' : `, ${number.format(figures.late)} late`),
    hitsText(figures),
    `open alerts ${alerts.length === 0 ? '0' : alerts.join(', ')}`,
    `refused ${number.format(figures.refused)}`,
    `lag ${number.format(figures.lag)}`,
  ].join(' | ');
}

/** How many hits stand, and how many were withdrawn. */
export function hitsText({ hits, withdrawn }: Pick<Figures, 'hits' | 'withdrawn'>): string {
  return `hits ${number.format(hits)}${withdrawn === 0 ? '' : ` (${number.format(withdrawn)} withdrawn)`}`;
}
