/**
 * npm run site [-- --base /PATH/]: writes the site of the documentation to tools/site/out/site, for any web server that serves
 * files. --base: where it will be on that server, default /. Fails for a link that leads nowhere.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vitepress';
import { deadLinks } from './dead-links.js';
import { writePages } from './write-pages.js';

const folder = dirname(fileURLToPath(import.meta.url));
const { base } = parseArgs({ options: { base: { type: 'string', default: '/' } } }).values;

await writePages(join(folder, 'out', 'pages'));
await build(folder, { base });
const dead = await deadLinks(join(folder, 'out', 'site'), base);
if (dead.length > 0) {
  console.error(`Links that lead nowhere:\n${dead.join('\n')}`);
  process.exitCode = 1;
} else {
  console.log(`The site: ${join(folder, 'out', 'site')}. npm run site:serve shows it.`);
}
