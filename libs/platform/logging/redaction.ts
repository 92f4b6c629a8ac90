/** Fields whose value is never written. */
const secretFields = ['authorization', 'cookie', 'token', 'password', 'secret', 'clientSecret', 'auditKey'];
/** Fields that name an account or a card: of these only the last four characters are written. */
const accountFields = [
  'accountId',
  'counterpartyId',
  'accountNumber',
  'counterpartyAccount',
  'cardId',
  'cardNumber',
  'cardNo',
  'pan',
  'iban',
];
/** How deep below the logged object the fields are looked for. */
const depths = ['', '*.', '*.*.', '*.*.*.'];

/** Paths of the fields that are masked, in the form that pino's `redact` takes. */
export const redactedPaths: readonly string[] = [...secretFields, ...accountFields].flatMap((field) =>
  depths.map((depth) => `${depth}${field}`),
);

/** What is written in place of a masked value. */
export function censor(value: unknown, path: readonly string[]): unknown {
  const field = path.at(-1) ?? '';
  if (value === null || value === undefined) return value;
  if (!accountFields.includes(field)) return '***';
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.length >= 8 ? `***${text.slice(-4)}` : '***';
}
