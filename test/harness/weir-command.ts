import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The checkout. */
export const root = join(__dirname, '..', '..');
/** The command line as a user runs it. */
export const weirProgram = join(root, 'apps/weir/bin/weir.js');
/** Variables of this process that must not reach the product under test. */
export const cleanEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(WEIR_|KAFKA_|REDIS_URL|DATABASE_URL|NODE_OPTIONS)/.test(name)),
);

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `weir` with these arguments to its end. */
export function weir(args: readonly string[], env: NodeJS.ProcessEnv = {}, input?: Buffer): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [weirProgram, ...args], { cwd: root, env: { ...cleanEnvironment, ...env } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** The same, failing the test where the command fails. */
export async function mustWeir(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const result = await weir(args, env);
  if (result.code !== 0) throw new Error(`weir ${args.join(' ')} ended with ${result.code}:\n${result.stderr}`);
  return result;
}
