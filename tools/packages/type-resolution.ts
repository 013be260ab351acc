import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind } from '@arethetypeswrong/core/utils';

/**
 * What "Are the types wrong?" finds in an archive, for the ways of resolving that packages of modules alone are for: attw's profile
 * `esm-only`.
 */
export async function typeProblems(archive: string): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(await readFile(archive)));
  if (analysis.types === false) return ['there are no types'];
  const { problems } = analysis;
  const ways = ['node16-esm', 'bundler'] as const;
  return problems
    .filter((problem) => ways.some((way) => problemAffectsResolutionKind(problem, way, analysis)))
    .map((problem) => `${problem.kind} ${JSON.stringify(problem)}`);
}
