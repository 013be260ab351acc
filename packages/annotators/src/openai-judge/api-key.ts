import { InvalidConfigError } from '@profit-sft/core';

/** The key of a server: read when a request is sent, kept nowhere else, and cut out of whatever the server says. */
export interface ApiKey {
  /** Where it is read from; undefined for servers that need none. */
  readonly variable: string | undefined;
  /** @throws InvalidConfigError naming the variable, for what no header can hold */
  headers(): Record<string, string>;
  redact(text: string): string;
}

/** The name that the user gave; else OpenAI's own, for OpenAI's own server only: no other is sent a key that was not named for it. */
export function apiKey(
  variable: string | undefined,
  baseUrl: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ApiKey {
  const name = variable ?? (new URL(baseUrl).hostname === 'api.openai.com' ? 'OPENAI_API_KEY' : undefined);
  const read = (): string => (name === undefined ? '' : (environment[name] ?? '').trim());
  return {
    variable: name,
    headers(): Record<string, string> {
      const key = read();
      if (key === '') return {};
      // Node's fetch would refuse it too, with a message that holds the key.
      if (!/^[\x21-\x7e]+$/.test(key)) {
        const message = 'holds no key: there is a space, a line break or a character beyond ASCII in it';
        throw new InvalidConfigError(name ?? '', [{ path: '', message }]);
      }
      return { authorization: `Bearer ${key}` };
    },
    redact: (text) => (read() === '' ? text : text.replaceAll(read(), '[API key]')),
  };
}
