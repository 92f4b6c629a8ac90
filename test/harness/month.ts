import { mustWeir } from './weir-command';

/**
 * Writes the month of a simulated bank that the product is run over on every ground: in one process, apart, and by replay.
 * The same bytes each time.
 */
export async function simulateMonth(file: string): Promise<void> {
  await mustWeir(['simulate', '--seed', '5', '--accounts', '700', '--days', '31', '--out', file]);
}
