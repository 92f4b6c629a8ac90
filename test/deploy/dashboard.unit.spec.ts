import { dashboard, fillIn, type Panel } from './dashboard';

const drawn = dashboard.panels.filter(({ type }) => type !== 'row');
const variables = new Set(['__rate_interval', '__range', ...dashboard.templating.list.map(({ name }) => name)]);

/** Whether two panels cover a common cell of the grid. */
function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe('The dashboard', () => {
  test('has panels of known types with ids of their own, that neither overlap nor stand out of the grid', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(dashboard.panels.map(({ type }) => type))).toEqual(new Set(['row', 'stat', 'timeseries', 'table']));
    for (const [i, panel] of dashboard.panels.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
      const over = dashboard.panels.slice(i + 1).filter((other) => overlap(panel, other));
      expect([panel.title, over.map(({ title }) => title)]).toEqual([panel.title, []]);
    }
  });

  test.each(drawn.map((panel) => [panel.title, panel] as const))(
    '"%s" says what it shows, in which unit, and takes the chosen data source',
    (_, { description = '', datasource, fieldConfig, type, targets = [] }) => {
      expect(description).toMatch(/^[A-Z0-9].{15,}\.$/);
      expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
      expect(fieldConfig?.defaults.thresholds?.steps[0]?.value).toBeNull();
      if (type !== 'table') expect(fieldConfig?.defaults.unit).toEqual(expect.stringMatching(/^[a-z]+$/));
      expect(targets.map(({ refId }) => refId)).toEqual([...'ABCDEFGH'].slice(0, targets.length));
      expect(targets.length).toBeGreaterThan(0);
    },
  );

  test('asks only for services and processes that were chosen', () => {
    const anyValue = new Map([...variables].map((name) => [name, 'x']));
    for (const { title, targets = [] } of drawn) {
      for (const { expr } of targets) {
        // Throws where a variable is used that there is not.
        fillIn(expr, anyValue);
        const selectors = expr.match(/\b(weir|process|nodejs)_\w+(\{[^}]*\})?/g) ?? [];
        for (const selector of selectors) {
          expect([title, selector]).toEqual([title, expect.stringContaining('{job=~"$job",instance=~"$instance"')]);
        }
      }
    }
  });
});
