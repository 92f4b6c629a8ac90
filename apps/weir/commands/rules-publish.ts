import { topics, topicShapes } from '@weir/contracts';
import { loadConfig } from '@weir/platform/config';
import { startFailure } from '@weir/platform/runtime';
import { Command } from 'commander';
import { publishRules, readRulesToPublish, shippedPacks } from '../rules/load-rules';
import { openLog, type OpenedLog } from './open-log';

interface Options {
  readonly allowRefused?: boolean;
}

async function run(paths: readonly string[], { allowRefused }: Options): Promise<void> {
  let opened: OpenedLog | null = null;
  try {
    const config = loadConfig(process.env);
    const rulebook = await readRulesToPublish(...(paths.length === 0 ? [shippedPacks] : paths));
    opened = openLog(config);
    const { facts } = config;
    await opened.log.ensureTopics(topicShapes(facts.topic ?? topics.facts, facts.partitions));
    const { published, standing, refusals } = await publishRules(opened.log, rulebook, opened.logger);
    for (const refusal of refusals) process.stderr.write(`${refusal}\n`);
    process.stdout.write(
      `${topics.rules}: ${published} published, ${standing} stood already, ${refusals.length} refused\n`,
    );
    if (refusals.length > 0 && allowRefused !== true) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`weir rules publish: ${startFailure(error)}\n`);
    process.exitCode = 1;
  } finally {
    await opened?.close();
  }
}

/** `weir rules publish`: rule versions of files into the rules topic, for services that run apart. */
export function rulesPublishCommand(): Command {
  return new Command('publish')
    .summary('publish rule files to the rules topic')
    .description(
      'Checks rule files, runs their examples, and publishes the versions of rules, lists, tables and rates that the rules topic does not hold ' +
        'yet, making the topics where they are missing. Without a path: the shipped packs. Detectors take them up before ' +
        'their next batch. Ends with 1 where a version is refused: one that is published with other content, or a further ' +
        'version that does not begin in the future.',
    )
    .argument('[file-or-folder...]', 'rule files, or folders with rule files')
    .option('--allow-refused', 'end with 0 also where versions are refused: what is published stays in force')
    .action(run);
}
