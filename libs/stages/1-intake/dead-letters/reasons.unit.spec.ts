import { refusalReasons } from '@weir/contracts';
import { plainReasons } from './reasons';

describe('every reason', () => {
  it.each(refusalReasons.map((reason) => [reason, plainReasons[reason]] as const))(
    '%s says what it means and how to mend it, in whole sentences',
    (_reason, { means, mend }) => {
      for (const text of [means, mend]) expect(text).toMatch(/^[A-Z].{15,}\.$/);
    },
  );
});
