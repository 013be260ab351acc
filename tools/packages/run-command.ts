import { execFile } from 'node:child_process';

/** Runs a program to its end and gives what it printed on stdout; an error shows all that it printed. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { ...options, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(new Error(`${[program, ...args].join(' ')} in ${options.cwd}\n${stdout}\n${stderr || error.message}`));
    });
  });
}
