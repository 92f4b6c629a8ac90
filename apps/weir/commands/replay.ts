import { compileRules, parseInstant } from '@weir/domain';
import { readFacts } from '@weir/intake';
import { systemClock } from '@weir/platform/clock';
import { defaultMaxFuture } from '@weir/platform/config';
import { Command } from 'commander';
import { openFactFile } from '../files/fact-file';
import { durationMsOf } from '../files/options';
import { Progress } from '../files/progress';
import { TextFile } from '../files/text-file';
import { Replay } from '../replay/replay';
import { writeHits } from '../replay/write-hits';
import { readRules } from '../rules/load-rules';

interface Options {
  readonly rules: string;
  readonly facts: string;
  readonly map?: string;
  readonly out: string;
  readonly deadLetters?: string;
  readonly now?: string;
  readonly maxFuture: number;
}

async function run(options: Options, command: Command): Promise<void> {
  // 1. What is asked for.
  const now = options.now === undefined ? null : parseInstant(options.now);
  if (now !== null && !now.ok) command.error(`error: --now: ${now.message}`);
  const arrivedAt = now === null ? systemClock() : now.value;
  const { rules: documents, references } = await readRules(options.rules);
  const rules = compileRules(documents, references);
  const file = await openFactFile(options.facts, options.map);

  // 2. Every line through the engine.
  const replay = new Replay(rules, { arrivedAt, maxFutureMs: options.maxFuture });
  const letters = options.deadLetters === undefined ? null : new TextFile(options.deadLetters);
  const progress = new Progress(file);
  for await (const lines of readFacts(file.chunks, file.format)) {
    for (const letter of replay.take(lines)) await letters?.write(`${JSON.stringify(letter)}\n`);
    progress.show(replay.counts.sent, performance.now());
  }
  await letters?.end();
  progress.end();

  // 3. What stands at the end.
  const hits = replay.standing();
  const out = new TextFile(options.out);
  for (const text of writeHits(hits, options.out.endsWith('.jsonl') ? 'jsonl' : 'csv')) await out.write(text);
  await out.end();
  const { sent, accepted, late, duplicates, refused } = replay.counts;
  const hint = refused > 0 && letters === null ? ' (--dead-letters FILE says why)' : '';
  process.stderr.write(
    `${sent} facts: ${accepted} accepted (${late} of them late), ${duplicates} duplicates, ${refused} refused${hint}; ` +
      `${hits.length} hits stand\n`,
  );
}

/** `weir replay`: the hits that stand after a file of facts, without any service. */
export function replayCommand(): Command {
  return new Command('replay')
    .summary('run a file of facts through the engine')
    .description(
      'Reads facts in the order of the file, measures them with the same engine that the services run, and writes the hits ' +
        'that stand at the end, sorted by time, fact and rule. Needs no service. Ends with 0 when it ran through, also ' +
        'when facts were refused.',
    )
    .requiredOption('--rules <path>', 'rule file or folder of rule files')
    .requiredOption(
      '--facts <file>',
      'facts as JSON Lines, or CSV with --map; packed with gzip or not; - for standard input',
    )
    .option('--map <file>', 'mapping of CSV columns to fields (YAML)')
    .option(
      '--out <file>',
      'where the hits go: CSV, or JSON Lines where the name ends in .jsonl; - for standard output',
      '-',
    )
    .option('--dead-letters <file>', 'where refused facts go, as JSON Lines with line, reason, message and original')
    .option('--now <time>', 'when the facts count as arrived, ISO 8601 with a zone (default: the moment of the run)')
    .option(
      '--max-future <duration>',
      'how far after its arrival a fact may occur',
      durationMsOf,
      durationMsOf(defaultMaxFuture),
    )
    .addHelpText('after', '\nExample:\n  weir replay --rules apps/rulebook/packs --facts facts.jsonl --out hits.csv')
    .action(run);
}
