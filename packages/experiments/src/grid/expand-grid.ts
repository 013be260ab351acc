import { InvalidConfigError, type ConfigIssue } from '@profit-sft/core';
import type { AblationConfig } from './ablation-config.js';

/** Labels of a point by axis; a number where the axis is a list of numbers. */
export type Labels = Readonly<Record<string, string | number>>;

/** A point of the grid: what it is called on each axis, and the keys of the run's configuration that it sets. */
export interface GridPoint {
  readonly labels: Labels;
  /** By dotted key, e.g. `masking.threshold`. */
  readonly settings: ReadonlyMap<string, unknown>;
}

interface AxisValue {
  readonly label: string | number;
  readonly settings: readonly (readonly [key: string, value: unknown])[];
}

function labelOf(value: unknown): string | number {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return JSON.stringify(value);
}

function axisValues(name: string, axis: AblationConfig['axes'][string]): AxisValue[] {
  if (Array.isArray(axis)) return axis.map((value) => ({ label: labelOf(value), settings: [[name, value]] }));
  return Object.entries(axis).map(([label, settings]) => ({ label, settings: Object.entries(settings) }));
}

/** Whether a point has these labels. */
export function hasLabels(point: Labels, labels: Labels): boolean {
  return Object.entries(labels).every(([name, label]) => String(point[name]) === String(label));
}

function keysOverlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

/**
 * Every combination of the axes' values but what is left out; the last axis varies fastest.
 *
 * @throws InvalidConfigError for labels that are there twice, axes that set the same key, an exception that leaves out nothing, and a baseline
 *   that no run has
 */
export function expandGrid({ axes, leaveOut, baseline }: AblationConfig, subject: string): GridPoint[] {
  const issues: ConfigIssue[] = [];
  const values = Object.entries(axes).map(([name, axis]) => ({ name, values: axisValues(name, axis) }));
  for (const { name, values: own } of values) {
    if (own.length === 0) issues.push({ path: `axes.${name}`, message: 'has no values' });
    const seen = new Set<string>();
    for (const { label } of own) {
      if (seen.has(String(label))) issues.push({ path: `axes.${name}`, message: `${label} is there twice` });
      seen.add(String(label));
    }
  }
  for (const [index, one] of values.entries()) {
    const keys = new Set(one.values.flatMap(({ settings }) => settings.map(([key]) => key)));
    for (const other of values.slice(index + 1)) {
      const clash = other.values
        .flatMap(({ settings }) => settings.map(([key]) => key))
        .find((key) => [...keys].some((mine) => keysOverlap(mine, key)));
      if (clash !== undefined) {
        issues.push({ path: `axes.${other.name}`, message: `sets ${clash}, which axes.${one.name} sets too` });
      }
    }
  }
  let points: GridPoint[] = [{ labels: {}, settings: new Map() }];
  for (const { name, values: own } of values) {
    points = points.flatMap((point) =>
      own.map(({ label, settings }) => ({
        labels: { ...point.labels, [name]: label },
        settings: new Map([...point.settings, ...settings]),
      })),
    );
  }
  for (const [index, labels] of leaveOut.entries()) {
    if (!points.some((point) => hasLabels(point.labels, labels))) {
      issues.push({ path: `leaveOut.${index}`, message: 'is no point of the grid' });
    }
  }
  const kept = points.filter((point) => !leaveOut.some((labels) => hasLabels(point.labels, labels)));
  if (baseline !== undefined && !kept.some((point) => hasLabels(point.labels, baseline))) {
    issues.push({ path: 'baseline', message: 'is no point of the grid' });
  }
  if (issues.length > 0) throw new InvalidConfigError(subject, issues);
  return kept;
}
