import { alertEventExample } from './alert-event.example';
import { alertEventSchema } from './alert-event.schema';
import { alertExample } from './alert.example';
import { alertSchema, alertSummarySchema } from './alert.schema';

describe('alerts as others see them', () => {
  it('are exemplified by what the schemas accept', () => {
    expect(alertSchema.parse(alertExample)).toEqual(alertExample);
    expect(alertEventSchema.parse(alertEventExample)).toEqual(alertEventExample);
  });

  it('name no account and no customer on the topic', () => {
    expect(
      Object.keys(alertEventSchema.shape).filter((field) => /account|customer|amount|evidence/i.test(field)),
    ).toEqual([]);
    expect(Object.keys(alertSummarySchema.shape)).toEqual(expect.arrayContaining(['accountId', 'customerId']));
  });
});
