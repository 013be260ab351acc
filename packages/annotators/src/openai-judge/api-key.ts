/** The key of a server: read when a request is sent, kept nowhere else, and cut out of whatever the server says. */
export interface ApiKey {
  /** Where it is read from; undefined for servers that need none. */
  readonly variable: string | undefined;
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
    headers: (): Record<string, string> => (read() === '' ? {} : { authorization: `Bearer ${read()}` }),
    redact: (text) => (read() === '' ? text : text.replaceAll(read(), '[API key]')),
  };
}
