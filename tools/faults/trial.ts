import { mkdirSync } from 'node:fs';
import type { Fault, FaultIn, Role } from './fault.js';
import { firstDifference } from './first-difference.js';
import type { Inputs } from './inputs.js';
import { strays, type Finished, type Scenario } from './scenarios.js';
import { readTraces, type Ended, type Start, type SubjectProcesses } from './subject-processes.js';

/** A scenario on this machine: what it comes to undisturbed, and how it is disturbed. */
export class Trial {
  private constructor(
    readonly scenario: Scenario,
    private readonly processes: SubjectProcesses,
    private readonly inputs: Inputs,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly expected: unknown,
    /** Operations that change files, and programs of the runtime, that each process does when nothing disturbs it. */
    readonly counts: ReadonlyMap<Role, { readonly operations: readonly string[]; readonly programs: number }>,
  ) {}

  static async of(
    scenario: Scenario,
    processes: SubjectProcesses,
    inputs: Inputs,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Trial> {
    const output = inputs.fresh(`${scenario.name}-whole`);
    mkdirSync(output);
    const trace = inputs.fresh(`${scenario.name}-trace`);
    const undisturbed = new Trial(scenario, processes, inputs, environment, undefined, new Map());
    const ended = await undisturbed.start(output, { trace, fault: { kind: 'none', role: 'command', root: output } });
    if (ended.code !== 0) throw new Error(`${scenario.name} fails without a fault: ${ended.error}`);
    const counts = new Map(readTraces(trace).map(({ role, operations, programs }) => [role, { operations, programs }]));
    return new Trial(scenario, processes, inputs, environment, scenario.outcome(output, ended), counts);
  }

  /** A directory to work in, which is there. */
  output(): string {
    const output = this.inputs.fresh(this.scenario.name);
    mkdirSync(output);
    return output;
  }

  start(output: string, start: Omit<Start, 'args'> = {}): Promise<Ended> {
    const { scenario, inputs, environment } = this;
    const own = { ...environment, ...scenario.environment?.(output), ...start.environment };
    return this.processes.start({ ...start, args: scenario.args(inputs, output), environment: own });
  }

  finishedBy(output: string): Finished {
    return this.scenario.finishedBy(output);
  }

  /** What of it is not there any more, or was not gone on with; a process that was killed may not have come that far. */
  lost(output: string, before: Finished): string | undefined {
    return this.scenario.lost(output, before, true);
  }

  /** Starts the scenario with a fault. */
  disturb(output: string, fault: FaultIn, start: Omit<Start, 'args'> = {}): Promise<Ended> {
    return this.start(output, { ...start, fault: { ...fault, root: output } as Fault });
  }

  /**
   * Starts it again without a fault. What is wrong then: it fails, something that was finished is lost, the outcome is another than
   * undisturbed, a checkpoint was damaged, or something is left lying about; undefined where nothing is.
   */
  async recover(output: string): Promise<string | undefined> {
    const { scenario } = this;
    let before;
    try {
      before = scenario.finishedBy(output);
    } catch (error) {
      return `what is there cannot be read: ${(error as Error).message}`;
    }
    const ended = await this.start(output);
    if (ended.code !== 0)
      return `started again, it ends with ${ended.signal ?? ended.code}: ${ended.error.slice(-600)}`;
    return scenario.lost(output, before) ?? this.wrongOutcome(output, ended);
  }

  /** What is wrong after a start with a fault: with what it left, where the fault did it no harm, and with what comes of going on. */
  async wrongAfter(output: string, ended: Ended): Promise<string | undefined> {
    const wrong = ended.code === 0 ? this.wrongOutcome(output, ended) : undefined;
    return wrong ?? this.recover(output);
  }

  /** What is wrong with what a command that came to its end has left; undefined where nothing is. */
  wrongOutcome(output: string, ended: Ended): string | undefined {
    if (ended.error.includes('not what was written')) return `a checkpoint was damaged: ${ended.error}`;
    const left = strays(output);
    if (left.length > 0) return `is left lying about: ${left.join(', ')}`;
    const difference = firstDifference(this.scenario.outcome(output, ended), this.expected);
    return difference === undefined ? undefined : `the outcome is another one: ${difference}`;
  }
}
