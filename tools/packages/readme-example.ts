/** The example of a package: the first block of TypeScript in its README, with what the README says to install for it. */
export interface ReadmeExample {
  /** What `npm install` is given in the README's first such line, options left out. */
  readonly install: readonly string[];
  readonly source: string;
  /** What the comments say is printed, in order. */
  readonly outputs: readonly string[];
}

/**
 * Comments that say what is printed: one behind a `console.log` on its line, and whole lines of comment directly after a line that
 * prints, that ends a block, or that is such a comment.
 */
export function statedOutputs(source: string): string[] {
  const outputs: string[] = [];
  let printed = false;
  for (const line of source.split('\n')) {
    const whole = /^\/\/ (.*)$/.exec(line);
    const behind = /console\.log\(.*\);\s*\/\/ (.*)$/.exec(line);
    if (whole !== null && printed) outputs.push(whole[1]);
    else if (behind !== null) outputs.push(behind[1]);
    printed = (whole !== null && printed) || line.includes('console.log(') || line === '}';
  }
  return outputs;
}

/** @throws Error where the README has no example, or does not say what to install for it */
export function readmeExample(readme: string): ReadmeExample {
  const source = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1];
  if (source === undefined) throw new Error('the README has no block of TypeScript');
  const install = /^npm install ((?:--\S+ )*)(.+)$/m.exec(readme)?.[2];
  if (install === undefined) throw new Error('the README has no line "npm install …"');
  return { install: install.split(' '), source, outputs: statedOutputs(source) };
}

/** The first stated output that was not printed after those before it. White space does not count: Node breaks long lines. */
export function missingOutput(outputs: readonly string[], printed: string): string | undefined {
  const text = printed.replace(/\s+/g, '');
  let from = 0;
  for (const output of outputs) {
    const wanted = output.replace(/\s+/g, '');
    const at = text.indexOf(wanted, from);
    if (at < 0) return output;
    from = at + wanted.length;
  }
  return undefined;
}
