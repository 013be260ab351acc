import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hubSettings } from './hub-settings.js';

test('where nothing is set', () => {
  expect(hubSettings({}, {})).toEqual({
    endpoint: 'https://huggingface.co',
    token: undefined,
    cacheFolder: join(homedir(), '.cache/huggingface/hub'),
    offline: false,
    timeout: 10_000,
    attempts: 5,
    retryDelay: 1000,
  });
});

test.each([
  [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
  [{ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }, '/h/hub'],
  [{ HF_HOME: '~/h' }, join(homedir(), 'h/hub')],
  [{ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
  [{ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/c' }, '/c'],
  [{ HF_HOME: '/h', HF_HUB_CACHE: '' }, '/h/hub'],
])('the cache with %j', (environment, folder) => {
  expect(hubSettings({}, environment).cacheFolder).toBe(folder);
});

test('endpoint, token, offline mode, patience', () => {
  expect(
    hubSettings(
      {},
      {
        HF_ENDPOINT: 'http://mirror.example/hub/',
        HF_TOKEN: ' t\n',
        HF_HUB_OFFLINE: 'TRUE',
        HF_HUB_DOWNLOAD_TIMEOUT: '2.5',
      },
    ),
  ).toMatchObject({ endpoint: 'http://mirror.example/hub', token: 't', offline: true, timeout: 2500 });
  expect(hubSettings({}, { HF_HUB_OFFLINE: '0' }).offline).toBe(false);
  // What the command line says goes before the environment; what it leaves out does not.
  expect(hubSettings({ offline: true, token: undefined }, { HF_TOKEN: 't' })).toMatchObject({
    offline: true,
    token: 't',
  });
});

test.each([
  [{ HF_ENDPOINT: 'mirror' }, 'HF_ENDPOINT: is not an http or https URL'],
  [{ HF_ENDPOINT: 'file:///etc' }, 'HF_ENDPOINT: is not an http or https URL'],
  [{ HF_ENDPOINT: 'https://user:secret@mirror.example' }, 'HF_ENDPOINT: holds a password'],
  [{ HF_HUB_DOWNLOAD_TIMEOUT: 'soon' }, 'HF_HUB_DOWNLOAD_TIMEOUT: is not a number'],
])('%j is refused', (environment, message) => {
  expect(() => hubSettings({}, environment)).toThrow(message);
  expect(() => hubSettings({}, environment)).not.toThrow('secret');
});

test.each(['hf_first\nhf_second', 'hf_a b', 'hf_\u2013', 'hf_\u0000'])(
  'a token that no header can hold is refused and not repeated',
  (token) => {
    const made = () => hubSettings({}, { HF_TOKEN: token });
    expect(made).toThrow(/HF_TOKEN: holds no token/);
    expect(made).not.toThrow(/hf_/);
  },
);
