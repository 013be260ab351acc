import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What records a command instead of running it: its words and a mark, each ended by a NUL, in one write, since programs of a pipe write at once. */
const mark = '\x1e';
const record = `printf '%s\\0' "$@" '${mark}' >> "$RECORDED_COMMANDS"`;
/** Builtins that would change how the rest is read, or fail where nothing was run. */
const recordedBuiltins = ['cd', 'eval', 'export'];

/**
 * The commands of a script as bash reads them, quotes, continued lines and pipes included, in its order but for those of a pipe. Nothing is
 * run: bash finds no program, and what it calls for a command that it does not find writes the words down. Words behind a
 * variable's assignment are the command's; the assignment is not kept.
 *
 * @throws Error for what bash cannot read
 */
export async function bashCommands(script: string): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'profit-commands-'));
  try {
    const recorded = join(folder, 'recorded');
    await writeFile(recorded, '');
    // A program with a path is looked for there: a stand-in records its words.
    for (const [path] of script.matchAll(/(?<=^|\$\(|&& |\| )(?:[\w.-]+\/)+[\w.-]+/gm)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), `#!/bin/bash\nset -- '${path}' "$@"\n${record}\n`);
      await chmod(join(folder, path), 0o755);
    }
    const functions = recordedBuiltins.map((name) => `${name}() { set -- ${name} "$@"; ${record}; }`);
    const prelude = [`command_not_found_handle() { ${record}; }`, ...functions];
    const { stderr } = await promisify(execFile)('/bin/bash', ['--norc', '-c', `${prelude.join('\n')}\n${script}`], {
      cwd: folder,
      env: { PATH: '/nonexistent', RECORDED_COMMANDS: recorded },
    });
    if (stderr !== '') throw new Error(`bash: ${stderr}`);
    const commands = (await readFile(recorded, 'utf8')).split(`\0${mark}\0`).slice(0, -1);
    return commands.map((words) => words.split('\0'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
