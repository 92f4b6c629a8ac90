import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { configCommand } from './commands/config';
import { deadLettersCommand } from './commands/dead-letters';
import { publishCommand } from './commands/publish';
import { replayCommand } from './commands/replay';
import { rulesCheckCommand } from './commands/rules-check';
import { rulesPublishCommand } from './commands/rules-publish';
import { simulateCommand } from './commands/simulate';
import { startCommand } from './commands/start';

const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as {
  readonly version: string;
};

const rules = new Command('rules')
  .summary('work with rule files')
  .addCommand(rulesCheckCommand())
  .addCommand(rulesPublishCommand());

const weir = new Command('weir')
  .description('Weir watches transactions and operations, raises alerts that people review, and proves what it did.')
  .addCommand(startCommand())
  .addCommand(replayCommand())
  .addCommand(publishCommand())
  .addCommand(rules)
  .addCommand(deadLettersCommand())
  .addCommand(simulateCommand())
  .addCommand(configCommand())
  .version(version, '-V, --version', 'print the version')
  .showHelpAfterError('(add --help for the usage)')
  .configureHelp({ sortSubcommands: false });

weir.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
