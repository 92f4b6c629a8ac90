/** One thing that is wrong with the configuration. */
export interface ConfigMistake {
  /** Name of the environment variable. */
  readonly variable: string;
  /** What is wrong; never a secret's value. */
  readonly problem: string;
  /** What would be right. */
  readonly allowed: string;
}

/** The configuration is wrong; carries every mistake that was found, not only the first. */
export class ConfigError extends Error {
  readonly code = 'wrong-configuration';
  constructor(readonly mistakes: readonly ConfigMistake[]) {
    const lines = mistakes.map(({ variable, problem, allowed }) => `  ${variable}: ${problem}. ${allowed}`);
    const count = mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`;
    super(`The configuration has ${count}:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
  }
}
