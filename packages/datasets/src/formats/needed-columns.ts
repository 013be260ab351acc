/**
 * The columns of a file that hold the values at `paths` (`answer`, `answer.text`). `undefined`, which reads all of them,
 * where no paths are given, and where one leads nowhere, so that the error can name what there is.
 */
export function neededColumns(paths: readonly string[] | undefined, present: readonly string[]): string[] | undefined {
  if (paths === undefined) return undefined;
  const columns = new Set<string>();
  for (const path of paths) {
    const column = [path, path.split('.')[0]].find((name) => present.includes(name));
    if (column === undefined) return undefined;
    columns.add(column);
  }
  return [...columns];
}
