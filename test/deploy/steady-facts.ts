import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { testToken, type RunningService } from '../harness/running-service';

const perRound = 20;

/** A rule whose threshold the facts below meet again and again. */
export const busyRule = `
id: busy-account
title: {en: Busy account, zh: 交易频繁的账户}
source: made for a test
on: transaction
measure: {count: facts, by: [accountId], window: {sliding: PT1H}}
threshold: {atLeast: 3}
raise: {on: every, severity: high}
review: {due: PT4H}
`;

/**
 * Sends facts over HTTP until `signal` aborts, some of each kind that Weir tells apart: good ones of ever new accounts,
 * late ones, repeated ones, known names with other content, and what is no fact.
 * @throws Error where Weir does not take them
 */
export async function sendFacts(service: RunningService, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const account = randomUUID();
    const facts = Array.from({ length: perRound }, (_, i) => factOf(`${account}-${i}`, account, Date.now()));
    const [first] = facts;
    const late = factOf(`${account}-late`, account, Date.now() - 6 * 3_600_000);
    // A repeated name is found out later, behind the door.
    const takenIn = [...facts, late, first, { ...first, amount: '99.00' }];
    const lines = [...takenIn, { ...first, amount: 'much' }].map((fact) => JSON.stringify(fact));
    const answer = await fetch(`${service.url}/v1/facts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testToken}`, 'content-type': 'application/x-ndjson' },
      body: `${[...lines, 'no JSON'].join('\n')}\n`,
    });
    const text = await answer.text();
    if (!answer.ok || (JSON.parse(text) as { accepted: number }).accepted !== takenIn.length) {
      throw new Error(`Weir should have taken ${takenIn.length} facts, but answered ${answer.status}: ${text}`);
    }
    await pause(200);
  }
}

function factOf(id: string, accountId: string, occurredAt: number): Readonly<Record<string, string>> {
  return {
    id,
    kind: 'transaction',
    occurredAt: new Date(occurredAt).toISOString(),
    accountId,
    amount: '4800.00',
    currency: 'CNY',
  };
}
