import type { z } from 'zod';
import type { listSchema, ratesSchema, tableSchema } from './reference.schema';

/** Counterparties that are watched. */
export const listExample: z.input<typeof listSchema> = {
  list: 'watched-counterparties',
  title: { en: 'Watched counterparties', zh: '关注的交易对手' },
  source: 'Decision of the branch risk committee, 2026-02',
  version: 2,
  effectiveFrom: '2026-12-01T00:00:00+08:00',
  values: ['A9', 'A17'],
};

/** What a teller may decide alone, by grade. */
export const tableExample: z.input<typeof tableSchema> = {
  table: 'teller-authority',
  title: { en: "Tellers' authority by grade", zh: '柜员权限额度' },
  source: 'Authority schedule of the branch, 2026',
  values: { junior: '50000.00', senior: '200000.00' },
};

/** Reference rates into US dollars. */
export const ratesExample: z.input<typeof ratesSchema> = {
  rates: 'USD',
  source: 'Central parity rates of the day',
  values: [
    { currency: 'EUR', from: '2026-03-02T00:00:00+08:00', rate: '1.0812' },
    { currency: 'EUR', from: '2026-03-03T00:00:00+08:00', rate: '1.0790' },
  ],
};
