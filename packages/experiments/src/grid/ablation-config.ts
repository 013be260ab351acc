import { InvalidConfigError, parseWith, schema, type InferOutput } from '@profit-sft/core';

const { array, integer, object, optional, record, string, union, anything } = schema;

const labels = record(union([string(), schema.number()]));

/** The keys of an ablation. Unknown keys are errors. */
export const ablationSchema = object({
  run: union([string(), object({}, { open: true })], {
    description:
      'what all runs share: a run configuration’s file, or its keys. Relative paths start from that file’s folder, or from this one’s',
  }),
  axes: record(union([array(anything(), { minimumLength: 1 }), record(record(anything()))]), {
    description:
      'what differs. A list: values of the key of that name ("seed": [0, 1, 2]). An object: for each label the keys that it sets, which depend on each other',
  }),
  leaveOut: array(labels, { default: [], description: 'points of the grid without a run, by the labels of some axes' }),
  repeats: string({ default: 'seed', description: 'the axis over which means and standard errors are taken' }),
  baseline: optional(
    record(union([string(), schema.number()]), {
      description: 'what the others are compared with, by the labels of its axes',
    }),
  ),
  evaluations: record(
    object({
      evaluator: union([string(), object({ name: string() }, { open: true })]),
      data: union([string(), object({ name: string() }, { open: true })]),
      rows: optional(integer({ minimum: 1 })),
      seed: integer({ default: 0 }),
    }),
    {
      default: {},
      description:
        'what is measured of the trained and of the base models, by name: evaluator, data (a file, or a data set plugin with its options), perhaps how many rows',
    },
  ),
  metrics: array(string(), {
    default: [],
    description:
      'columns of the table: EVALUATION.METRIC, or a metric of training such as evalNll; default: the first of each evaluation and evalNll',
  }),
  attempts: integer({ minimum: 1, default: 2, description: 'how often a run that fails is started in all' }),
});

export type AblationConfig = InferOutput<typeof ablationSchema>;

/** @throws InvalidConfigError naming each wrong key */
export function parseAblation(input: unknown, subject: string): AblationConfig {
  const config = parseWith(ablationSchema, input, subject);
  const issues = [];
  const axes = new Set(Object.keys(config.axes));
  for (const [index, point] of config.leaveOut.entries()) {
    for (const name of Object.keys(point)) {
      if (!axes.has(name)) issues.push({ path: `leaveOut.${index}`, message: `there is no axis "${name}"` });
    }
  }
  for (const name of Object.keys(config.baseline ?? {})) {
    if (!axes.has(name)) issues.push({ path: 'baseline', message: `there is no axis "${name}"` });
    if (name === config.repeats) issues.push({ path: 'baseline', message: `"${name}" is what means are taken over` });
  }
  if (issues.length > 0) throw new InvalidConfigError(subject, issues);
  return config;
}
