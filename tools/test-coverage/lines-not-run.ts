import { relative } from 'node:path';

/** Of coverage-final.json (istanbul), what is read here. */
interface FileCoverage {
  readonly path: string;
  readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>;
  /** How often each statement was run. */
  readonly s: Readonly<Record<string, number>>;
}

/** Lines one after another as a range: `3, 7-9`. */
function ranges(lines: readonly number[]): string {
  const parts: [first: number, last: number][] = [];
  for (const line of lines) {
    const part = parts.at(-1);
    if (part?.[1] === line - 1) part[1] = line;
    else parts.push([line, line]);
  }
  return parts.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ');
}

/** For each file the lines on which no statement that starts there was run, e.g. `packages/core/src/index.ts: 3, 7-9`. */
export function linesNotRun(report: Readonly<Record<string, FileCoverage>>, repository: string): string[] {
  return Object.values(report).flatMap(({ path, statementMap, s }) => {
    const runs = new Map<number, number>();
    for (const [key, { start }] of Object.entries(statementMap)) {
      runs.set(start.line, Math.max(runs.get(start.line) ?? 0, s[key]));
    }
    const lines = [...runs].flatMap(([line, count]) => (count === 0 ? [line] : [])).sort((a, b) => a - b);
    return lines.length === 0 ? [] : [`${relative(repository, path)}: ${ranges(lines)}`];
  });
}
