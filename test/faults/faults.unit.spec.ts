import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

describe('the deliberate faults', () => {
  it('can all be put in: the code that each replaces still stands there', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(__dirname, 'run.mjs'), '--check'], {
      encoding: 'utf8',
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
