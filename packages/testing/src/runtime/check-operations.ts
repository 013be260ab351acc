import type { CompiledProgram, HostTensor, Runtime, Value } from '@profit-sft/engine';
import { allOperations, referenceArray, runReference, type Program } from '@profit-sft/graph';
import { ConformanceError } from '../problem.js';
import { compareNumbers, compareShapes } from './compare-numbers.js';
import { operationCases } from './operation-cases.js';
import { caseInputs, caseProgram, type ProgramCase } from './program-case.js';
import { freeAll, placed, type OpenRuntime } from './runtime-subject.js';

/** Every operation of the language has a case here, so that a new one is not forgotten. */
export function checkEveryOperationHasCases(): void {
  for (const name of allOperations.keys()) {
    if (operationCases[name] === undefined) {
      throw new ConformanceError(
        `operation "${name}"`,
        'has no case in packages/testing/src/runtime/operation-cases.ts',
      );
    }
  }
}

/** The numbers that the float64 reference computes. */
export function expectedResults(
  program: Program,
  inputs: Readonly<Record<string, HostTensor>>,
): ReturnType<typeof runReference> {
  return runReference(
    program,
    Object.fromEntries(Object.entries(inputs).map(([name, { dims, data }]) => [name, referenceArray(dims, data)])),
  );
}

/** Runs a compiled program and compares every output with the reference's; frees what it made. */
export async function compareRun<V extends Value>(
  { runtime, name, tolerance, read }: OpenRuntime<V, Runtime<V>>,
  program: Program,
  compiled: CompiledProgram<V>,
  inputs: Readonly<Record<string, HostTensor>>,
): Promise<void> {
  const expected = expectedResults(program, inputs);
  // A program drops the inputs that nothing needs.
  const named = new Set(program.inputs.map((input) => input.name));
  const feeds = placed(runtime, Object.fromEntries(Object.entries(inputs).filter(([key]) => named.has(key))));
  const where = `${name}, program "${program.name}" on ${shapes(inputs)}`;
  const outputs = await compiled.run(feeds).catch((cause: unknown) => {
    throw new ConformanceError(where, `failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  for (const [output, { shape, data }] of Object.entries(expected)) {
    const value = outputs[output];
    if (value === undefined) throw new ConformanceError(where, `gave no output "${output}"`);
    compareShapes(where, `output "${output}"`, value.dims, shape);
    compareNumbers(where, `output "${output}"`, await read(value), data, tolerance);
  }
  freeAll(runtime, feeds, outputs);
}

function shapes(inputs: Readonly<Record<string, HostTensor>>): string {
  return Object.entries(inputs)
    .map(([key, { dims }]) => `${key} [${dims.join(', ')}]`)
    .join(', ');
}

/** One case: a program that is compiled once, for every set of its sizes. */
export async function checkProgramCase<V extends Value>(
  open: OpenRuntime<V, Runtime<V>>,
  title: string,
  programCase: ProgramCase,
): Promise<void> {
  const program = caseProgram(title, programCase);
  const compiled = await open.runtime.compile(program).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConformanceError(open.name, `does not compile "${title}": ${reason}`, { cause });
  });
  for (const sizes of programCase.sizes ?? [{}]) {
    await compareRun(open, program, compiled, caseInputs(title, programCase, sizes));
  }
  await compiled.release();
}

/** All cases of an operation. */
export async function checkOperation<V extends Value>(
  open: OpenRuntime<V, Runtime<V>>,
  operation: string,
): Promise<void> {
  for (const [title, programCase] of Object.entries(operationCases[operation] ?? {})) {
    await checkProgramCase(open, `${operation}: ${title}`, programCase);
  }
}
