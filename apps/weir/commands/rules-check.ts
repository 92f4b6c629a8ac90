import { formatMistake } from '@weir/detection';
import { Command } from 'commander';
import { checkRules } from '../rules/check-rules';

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** `weir rules check`: every mistake with its place; exit code 1 if there is any. */
export function rulesCheckCommand(): Command {
  return new Command('check')
    .summary('look for mistakes in rule files and run their examples')
    .description(
      'Reads rule files, or all rule files (.yaml, .yml, .json) of folders, with the lists, tables and rates that the ' +
        'rules look up, tells every mistake with its file, line and column, and runs the examples that the rules bring. ' +
        'Ends with exit code 1 if anything is wrong.',
    )
    .argument('<file-or-folder...>', 'rule files, or folders with rule files')
    .action(async (filesOrFolders: string[]) => {
      const { rules, references, files, examples, mistakes } = await checkRules(...filesOrFolders);
      for (const mistake of mistakes) process.stdout.write(`${formatMistake(mistake)}\n`);
      const looked = [
        `${counted(rules.length, 'rule')} in ${counted(files.length, 'file')}`,
        ...(references.length === 0 ? [] : [`${counted(references.length, 'document')} of reference data`]),
        `${counted(examples, 'example')} run`,
      ].join(', ');
      if (mistakes.length > 0) {
        process.stderr.write(`${counted(mistakes.length, 'mistake')}; ${looked}\n`);
        process.exitCode = 1;
        return;
      }
      process.stdout.write(`No mistake: ${looked}.\n`);
    });
}
