import { schema } from '@profit-sft/core';

const { custom, integer, number, object, oneOf, optional, string } = schema;

/** The server's root, without a slash at its end. Credentials in it would reach configurations and messages. */
const baseUrl = custom<string>(
  'URL',
  (value, path, issues) => {
    const refuse = (message: string): string => {
      issues.push({ path, message });
      return '';
    };
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
      return refuse('expected a URL such as "https://api.openai.com/v1"');
    }
    if (url.username !== '' || url.password !== '' || url.search !== '') {
      return refuse('must hold no user, password or query: keys belong into an environment variable');
    }
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  },
  { description: 'root of an OpenAI-compatible API, e.g. "https://api.openai.com/v1" or "http://localhost:8000/v1"' },
);

/** The value is not shown where it is refused: it may be the key itself. */
const environmentVariable = custom<string>(
  'name of an environment variable',
  (value, path, issues) => {
    if (typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) && !/^sk_/i.test(value)) return value;
    issues.push({
      path,
      message: 'expected the name of an environment variable that holds the key, not the key itself',
    });
    return '';
  },
  {
    description:
      'name of the environment variable that holds the API key; default: OPENAI_API_KEY for api.openai.com, no key for any other server',
  },
);

export const judgeOptions = object({
  baseUrl,
  model: string({ description: 'the judge, by the name that the server knows it by' }),
  apiKeyEnvironmentVariable: optional(environmentVariable),
  responseFormat: oneOf(['json_schema', 'json_object', 'none'], {
    default: 'json_schema',
    description: 'how JSON is asked for; where the server refuses it, the next weaker one is taken',
  }),
  maxTokens: integer({ minimum: 1, default: 4096, description: 'most tokens of one answer' }),
  maxRetries: integer({
    minimum: 0,
    default: 5,
    description: 'how often a request is sent again after 408, 409, 429, 5xx, a broken connection or silence',
  }),
  timeout: number({ minimum: 0, exclusive: 'minimum', default: 120, description: 'seconds for one whole answer' }),
  concurrency: integer({ minimum: 1, default: 4, description: 'requests at once' }),
  requestsPerMinute: optional(
    number({ minimum: 0, exclusive: 'minimum', description: 'most requests per minute, evenly spaced' }),
  ),
  tokensPerMinute: optional(
    number({ minimum: 0, exclusive: 'minimum', description: 'most tokens of prompts and answers per minute' }),
  ),
  inputPrice: optional(number({ minimum: 0, description: 'price of a million prompt tokens' })),
  outputPrice: optional(number({ minimum: 0, description: 'price of a million answer tokens' })),
  maxCost: optional(
    number({ minimum: 0, description: 'stop before the cost of this run passes this; needs both prices' }),
  ),
  cache: optional(
    string({ description: 'directory of answers that are kept; default: profit-sft/judge in the user’s cache' }),
  ),
});

export type JudgeOptions = schema.InferOutput<typeof judgeOptions>;
