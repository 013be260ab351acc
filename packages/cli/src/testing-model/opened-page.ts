import { performance } from 'node:perf_hooks';
import type { Browser, Page } from 'puppeteer-core';

export interface OpenedPage {
  readonly page: Page;
  /** What the console and uncaught errors said. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for, its own left out. */
  readonly requests: readonly string[];
  /** Milliseconds from the start of the navigation: to the load event, to the first contentful paint, and until the test heard of it. */
  readonly times: { readonly load: number; readonly paint: number; readonly wall: number };
}

// Text, because the browser's own names are no types of this project.
const timesScript = `(async () => {
  const painted = () => performance.getEntriesByName('first-contentful-paint')[0];
  while (painted() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  const [navigation] = performance.getEntriesByType('navigation');
  return { load: navigation.loadEventStart, paint: painted().startTime };
})()`;

/** Opens a page and notes what it says, what it asks for and how long it takes. */
export async function openPage(browser: Browser, url: string, scheme: 'light' | 'dark' = 'light'): Promise<OpenedPage> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1300, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => void (['error', 'warn'].includes(message.type()) && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on(
    'request',
    (request) => void (request.url() !== url && !request.url().startsWith('data:') && requests.push(request.url())),
  );
  const started = performance.now();
  await page.goto(url, { waitUntil: 'load' });
  const wall = performance.now() - started;
  const { load, paint } = (await page.evaluate(timesScript)) as { load: number; paint: number };
  return { page, complaints, requests, times: { load, paint, wall } };
}
