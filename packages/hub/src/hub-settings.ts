import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidConfigError } from '@profit-sft/core';

/** Where the Hub and its cache are, and how patient to be. */
export interface HubSettings {
  /** Base URL without a slash at its end. */
  readonly endpoint: string;
  /** Sent to the endpoint's own origin only; never stored, never in a message. */
  readonly token: string | undefined;
  readonly cacheFolder: string;
  /** Nothing is fetched; only the cache is read. */
  readonly offline: boolean;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly timeout: number;
  /** How often a request is tried before it fails; data that arrive start the count anew. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly retryDelay: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const isOn = (value: string | undefined): boolean => ['1', 'on', 'yes', 'true'].includes(value?.toLowerCase() ?? '');
const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);
const atHome = (path: string): string => resolve(path.replace(/^~(?=$|[/\\])/, homedir()));

/** The folder that Python's `huggingface_hub` uses too, by the same variables in the same order. */
function cacheFolder(environment: Environment): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const direct = given(HF_HUB_CACHE) ?? given(HUGGINGFACE_HUB_CACHE);
  if (direct !== undefined) return atHome(direct);
  const home = given(HF_HOME) ?? join(given(XDG_CACHE_HOME) ?? join(homedir(), '.cache'), 'huggingface');
  return atHome(join(home, 'hub'));
}

function endpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidConfigError('HF_ENDPOINT', [{ path: '', message: 'is not an http or https URL' }]);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidConfigError('HF_ENDPOINT', [{ path: '', message: 'holds a password; give it as HF_TOKEN' }]);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function token(value: string | undefined): string | undefined {
  if (value === undefined || /^[\x21-\x7e]+$/.test(value)) return value;
  // Node's fetch would refuse it too, with a message that holds the token.
  const message = 'holds no token: there is a space, a line break or a character beyond ASCII in it';
  throw new InvalidConfigError('HF_TOKEN', [{ path: '', message }]);
}

function seconds(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidConfigError(name, [{ path: '', message: 'is not a number of seconds above 0' }]);
}

/**
 * Settings from the environment, by the names that Python's `huggingface_hub` has for them: `HF_ENDPOINT`, `HF_TOKEN`,
 * `HF_HUB_OFFLINE`, `HF_HUB_DOWNLOAD_TIMEOUT` (seconds, default 10), `HF_HUB_CACHE`, `HF_HOME`.
 *
 * @throws InvalidConfigError naming the variable that holds something else
 */
export function hubSettings(overrides: Partial<HubSettings> = {}, environment: Environment = process.env): HubSettings {
  const settings: HubSettings = {
    endpoint: endpoint(given(environment.HF_ENDPOINT) ?? 'https://huggingface.co'),
    token: token(given(environment.HF_TOKEN?.trim())),
    cacheFolder: cacheFolder(environment),
    offline: isOn(environment.HF_HUB_OFFLINE),
    timeout: 1000 * seconds('HF_HUB_DOWNLOAD_TIMEOUT', given(environment.HF_HUB_DOWNLOAD_TIMEOUT), 10),
    attempts: 5,
    retryDelay: 1000,
  };
  const set = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(set) };
}
