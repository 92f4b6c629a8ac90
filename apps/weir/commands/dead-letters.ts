import { Command } from 'commander';
import { deadLettersListCommand } from './dead-letters-list';
import { deadLettersReplayCommand } from './dead-letters-replay';
import { deadLettersShowCommand } from './dead-letters-show';

/** `weir dead-letters`: what was refused, and its way back. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .summary('look at refused input, mend it, send it again')
    .description(
      'What Weir could not read lies on the dead-letter topic, with its bytes and the reason. These commands list it, show one ' +
        'letter, and send letters again, mended or as they are. They may run while Weir runs.',
    )
    .addCommand(deadLettersListCommand())
    .addCommand(deadLettersShowCommand())
    .addCommand(deadLettersReplayCommand())
    .addHelpText(
      'after',
      '\nThe way of a letter:\n' +
        '  weir dead-letters list\n' +
        '  weir dead-letters show 2/17\n' +
        '  weir dead-letters show 2/17 --bytes > fact.json\n' +
        '  (mend fact.json)\n' +
        '  weir dead-letters replay 2/17 --with fact.json',
    );
}
