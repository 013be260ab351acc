import { judgeSchema } from './judge-prompt.js';

/** What a request says of the form of its answer. */
export const responseFormats = {
  json_schema: {
    response_format: { type: 'json_schema', json_schema: { name: 'labels', strict: true, schema: judgeSchema } },
  },
  json_object: { response_format: { type: 'json_object' } },
  none: {},
} as const;
