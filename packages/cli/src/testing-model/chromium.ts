import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { launch, type Browser } from 'puppeteer-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** The browser of `PROFIT_CHROMIUM`, or one on the PATH. */
function locateChromium(): string | undefined {
  const named = process.env.PROFIT_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

export const chromium = locateChromium();

/** For the name of what is skipped without one. */
export const chromiumNote = chromium === undefined ? ' (needs Chromium: on the PATH, or named by PROFIT_CHROMIUM)' : '';

/** A browser without a window. The caller closes it. */
export function openChromium(): Promise<Browser> {
  // The sandbox of Chromium does not start for root, as whom tests in containers run; the pages are our own.
  return launch({ executablePath: chromium, headless: true, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
