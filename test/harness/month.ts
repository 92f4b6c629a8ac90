import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { mustWeir, root } from './weir-command';

/** The rules that ship with Weir. */
export const packs = join(root, 'apps/rulebook/packs');

/** Rules that group by fields of every kind; they run over the month beside the shipped packs. */
export const groupings = join(root, 'test/fixtures/month/groupings.yaml');

/**
 * Writes the month of a simulated bank that the product is run over on every ground: in one process, apart, and by replay.
 * The same bytes each time.
 */
export async function simulateMonth(file: string): Promise<void> {
  await mustWeir(['simulate', '--seed', '5', '--accounts', '700', '--days', '31', '--out', file]);
}

/** Puts the rules that the month is measured by into a folder of their own: the shipped packs and `groupings`. */
export async function monthRules(folder: string): Promise<string> {
  const rules = join(folder, 'rules');
  await cp(packs, join(rules, 'packs'), { recursive: true });
  await cp(groupings, join(rules, 'groupings.yaml'));
  return rules;
}
