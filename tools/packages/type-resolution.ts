import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';

/** Ways of resolving for which packages of modules alone are not meant. */
const ignored = ['node10', 'node16-cjs'];

/** What `attw --profile esm-only` ("Are the types wrong?") finds in an archive. */
export async function typeProblems(archive: string): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(await readFile(archive)));
  if (analysis.types === false) return ['there are no types'];
  return analysis.problems
    .filter((problem) => !('resolutionKind' in problem && ignored.includes(problem.resolutionKind)))
    .map((problem) => JSON.stringify(problem));
}
