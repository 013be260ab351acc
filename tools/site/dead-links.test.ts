import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deadLinks } from './dead-links.js';

test('links to files and anchors that are not there are found', async () => {
  const site = await mkdtemp(join(tmpdir(), 'profit-site-'));
  try {
    await mkdir(join(site, 'inner'));
    await writeFile(
      join(site, 'index.html'),
      '<h1 id="top">x</h1><a href="/base/inner/">x</a><a class="y" href="inner/a.html#one">x</a>',
    );
    await writeFile(
      join(site, 'inner', 'index.html'),
      '<a href="../index.html#top">x</a><a href="https://vitest.dev/none">x</a>',
    );
    await writeFile(
      join(site, 'inner', 'a.html'),
      '<p id="two"><a href="#one">x</a><a href="none.html?a=1&amp;b=2">x</a></p>',
    );
    expect((await deadLinks(site, '/base/')).sort()).toEqual([
      'index.html: inner/a.html#one',
      'inner/a.html: #one',
      'inner/a.html: none.html?a=1&b=2',
    ]);
  } finally {
    await rm(site, { recursive: true });
  }
});
