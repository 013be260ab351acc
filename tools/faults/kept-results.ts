import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FaultResult } from './fault-result.js';

/** What came of one scenario, and of how many kills, drawn by which seed. */
export interface ScenarioResults {
  readonly scenario: string;
  readonly kills: number;
  readonly seed: number;
  readonly results: readonly FaultResult[];
}

const file = fileURLToPath(new URL('results.json', import.meta.url));

export function readKeptResults(): readonly ScenarioResults[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ScenarioResults[]) : [];
}

/** Keeps what came of a scenario in place of what came of it before; in the order of the names. */
export function keepResults(one: ScenarioResults, names: readonly string[]): void {
  const others = readKeptResults().filter(({ scenario }) => scenario !== one.scenario && names.includes(scenario));
  const kept = [...others, one].sort((a, b) => names.indexOf(a.scenario) - names.indexOf(b.scenario));
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
}
