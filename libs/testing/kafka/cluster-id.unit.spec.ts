import { newClusterId } from './cluster-id';

describe('A cluster id', () => {
  it('never begins with a dash, which the format command would take for an option', () => {
    const draws = [Buffer.alloc(16, 0xf8), Buffer.alloc(16, 0xfb), Buffer.alloc(16, 0x41)];
    let drawn = 0;

    const id = newClusterId(() => draws[drawn++] ?? Buffer.alloc(16));

    expect(draws[0]?.toString('base64url')).toMatch(/^-/);
    expect(id).toBe(draws[drawn - 1]?.toString('base64url'));
    expect(id).toMatch(/^[^-].{21}$/);
  });
});
