import type { RefusalReason } from '@weir/contracts';

/** A reason in plain words. */
export interface PlainReason {
  readonly means: string;
  /** How a fact that was refused for it is mended. */
  readonly mend: string;
}

const mended = 'send it again with --with FILE';

/** Every reason in plain words, for facts. */
export const plainReasons: Readonly<Record<RefusalReason, PlainReason>> = {
  'too-large': {
    means: 'It is over the size limit.',
    mend: `Have upstream send less: one fact per record, fewer facts per request, no bulky attributes. To mend it here, write the fact anew and ${mended}.`,
  },
  'invalid-encoding': {
    means: 'Its bytes are not UTF-8.',
    mend: `Find out its encoding and convert it, e.g. iconv -f GB18030 -t UTF-8; then ${mended}.`,
  },
  'not-json': {
    means: 'It is not one JSON value.',
    mend: `Mend the JSON at the place that the message names, then ${mended}.`,
  },
  'not-csv': {
    means: 'A row of a CSV file has broken quotes, or more or fewer cells than the header.',
    mend: `Mend the row in its file and publish the file again; or write the fact as JSON and ${mended}.`,
  },
  'duplicate-key': {
    means: 'One JSON object names a field twice, and readers would disagree on which counts.',
    mend: `Find out from upstream which value is right, leave the other out, and ${mended}.`,
  },
  'too-deep': { means: 'The JSON is nested too deeply.', mend: `Write the fact flat and ${mended}.` },
  'not-an-object': {
    means: 'It is JSON, but not an object.',
    mend: `A record holds one fact: write it as an object (or several in a JSON list) and ${mended}.`,
  },
  'forbidden-field': {
    means: 'A field is named __proto__, which programs misread.',
    mend: `Give the field another name or leave it out, and ${mended}.`,
  },
  'missing-field': {
    means: 'A required field is absent or null.',
    mend: `Get its value from upstream, put it in, and ${mended}.`,
  },
  'wrong-type': {
    means: 'A field is of another type than the contract says.',
    mend: `Write it as the message says, mostly as text in quotes, and ${mended}.`,
  },
  'invalid-value': {
    means: 'A field has the right type, but is empty, too long, or not one of the listed values.',
    mend: `Write the value as the message says and ${mended}.`,
  },
  'invalid-text': {
    means: 'A text has a null character or a lone surrogate, which no database stores.',
    mend: `Take the character out, or write the text as base64, and ${mended}.`,
  },
  'invalid-amount': {
    means: 'The amount is not a plain decimal: no sign, no exponent, no thousands separators.',
    mend: `Write it like "4800.00", say by "direction" which way the money went, and ${mended}.`,
  },
  'amount-precision': {
    means: 'The amount has more decimals than its currency.',
    mend: `Find out the exact amount or the right currency from upstream and ${mended}.`,
  },
  'amount-out-of-range': {
    means: 'The amount is too large to be held exactly in minor units.',
    mend: `Mostly a wrong currency or an amount in minor units: find out and ${mended}.`,
  },
  'unknown-currency': {
    means: 'The currency is not an ISO 4217 code in use.',
    mend: `Write the three capitals of its ISO 4217 code, e.g. CNY, and ${mended}.`,
  },
  'invalid-time': {
    means: 'A time is not ISO 8601, or does not exist.',
    mend: `Write it like 2026-11-22T08:15:30.123+08:00 and ${mended}.`,
  },
  'time-without-zone': {
    means: 'A time has neither an offset nor Z.',
    mend: `Find out the zone that upstream means, add its offset, and ${mended}.`,
  },
  'time-out-of-range': { means: 'A time lies before 1970.', mend: `Find out the right time and ${mended}.` },
  'in-future': {
    means: 'It claims to have occurred long after it arrived.',
    mend: `Mostly a wrong clock or zone upstream: correct the time and ${mended}. If the time was right, replay it as it is once it has come.`,
  },
  'conflicting-id': {
    means: 'A fact of this source and id is known with other content; the first stands.',
    mend:
      `A correction needs an id of its own: change "id" and ${mended}. Look first whether that is wanted: where the fact that stands belongs to another ` +
      'account, this one has been measured in its own account already, and under another id it would count twice.',
  },
  'internal-error': {
    means: 'Weir itself failed on it, a defect of Weir.',
    mend: 'Report the message with the version of Weir. Once that is mended, replay it as it is.',
  },
};
