import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { readFile, writeFile } from 'node:fs/promises';
import { Cluster } from '../harness/cluster';
import type { RunningService } from '../harness/running-service';
import { expectAlertedHits, replayedHits } from '../harness/standing-hits';
import { mustWeir, root } from '../harness/weir-command';

const fixtures = join(root, 'test/fixtures/amlsim');
const facts = join(fixtures, 'transactions.csv.gz');
const rules = join(fixtures, 'rules');
const directions = ['map', 'map-incoming'] as const;

describe('the transfers of AMLSim, as they come', () => {
  let cluster: Cluster;
  let desk: RunningService;
  const file = (name: string): string => join(cluster.folder, name);

  beforeAll(async () => {
    cluster = await Cluster.start(4, rules);
    [desk] = await Promise.all([cluster.service('desk'), cluster.service('detector')]);
  }, 120_000);
  afterAll(() => cluster.stop(), 60_000);

  it('give the same hits through Kafka as through replay; how many of the marked accounts they name is told', async () => {
    const named = new Set<string>();
    for (const direction of directions) {
      const map = join(fixtures, `${direction}.yaml`);
      const out = file(`${direction}.jsonl`);
      const { stderr } = await mustWeir(['replay', '--rules', rules, '--facts', facts, '--map', map, '--out', out]);
      expect(stderr).toContain('120558 facts: 120558 accepted (0 of them late), 0 duplicates, 0 refused');
      await mustWeir(['publish', facts, '--map', map, '--kafka'], cluster.env);
      for (const account of await accountsIn(out)) named.add(account);
    }
    await writeFile(
      file('both.jsonl'),
      (await Promise.all(directions.map((one) => readFile(file(`${one}.jsonl`))))).join(''),
    );

    const wanted = await replayedHits(file('both.jsonl'));
    await expectAlertedHits(desk, wanted, 180_000);

    const marked = await markedAccounts();
    const both = [...marked].filter((account) => named.has(account)).length;
    process.stderr.write(
      `AMLSim: ${wanted.size} hits name ${named.size} of 20,000 accounts, ${both} of them among the ${marked.size} marked ones\n`,
    );
    expect(both / marked.size).toBeGreaterThan(0.4);
  }, 400_000);
});

async function accountsIn(hits: string): Promise<readonly string[]> {
  const lines = (await readFile(hits, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { fact: { accountId: string } }).fact.accountId);
}

async function markedAccounts(): Promise<ReadonlySet<string>> {
  const marked = new Set<string>();
  const lines = createInterface({ input: createReadStream(join(fixtures, 'nodes.csv.gz')).pipe(createGunzip()) });
  for await (const line of lines) {
    const [account, isFraud] = line.split(',');
    if (account !== undefined && isFraud === '1') marked.add(account);
  }
  return marked;
}
