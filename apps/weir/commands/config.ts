import { describeConfig, loadConfig } from '@weir/platform/config';
import { startFailure } from '@weir/platform/runtime';
import { Command } from 'commander';

/** `weir config`: the configuration in force, secrets masked. */
export function configCommand(): Command {
  return new Command('config')
    .summary('show the configuration in force, secrets masked')
    .description(
      'Reads the configuration from the environment, checks it and prints it. Every mistake is named at once.',
    )
    .action(() => {
      try {
        process.stdout.write(`${describeConfig(loadConfig(process.env))}\n`);
      } catch (error) {
        process.stderr.write(`${startFailure(error)}\n`);
        process.exitCode = 1;
      }
    });
}
