import type { Schema } from '@profit-sft/core';
import { code, markdownTable } from './markdown-table.js';

type AnySchema = Schema<unknown, unknown>;

function shownDefault({ optional, defaultValue, fields }: AnySchema): string {
  if (!optional) return 'required';
  if (defaultValue === undefined) return 'none';
  // The defaults of an object's keys are in their own rows.
  return fields === undefined ? code(JSON.stringify(defaultValue)) : 'see below';
}

function rowsOf(schema: AnySchema, prefix: string): string[][] {
  return Object.entries(schema.fields ?? {}).flatMap(([name, field]) => [
    [code(`${prefix}${name}`), code(field.expects), shownDefault(field), field.description ?? ''],
    ...rowsOf(field, `${prefix}${name}.`),
  ]);
}

/** Every key of a configuration, nested ones with their path. */
export function configurationTable(schema: AnySchema): string {
  return markdownTable(['key', 'type', 'default', 'description'], rowsOf(schema, ''));
}
