import { readFileSync } from 'node:fs';
import { katex } from '@mdit/plugin-katex';
import { defineConfig, type DefaultTheme } from 'vitepress';
import { headingAnchor } from '../../docs/heading-anchors.js';

const sidebar = JSON.parse(
  readFileSync(new URL('../out/pages/navigation.json', import.meta.url), 'utf8'),
) as DefaultTheme.SidebarItem[];

export default defineConfig({
  title: 'ProFit',
  description: 'Supervised fine-tuning of language models in Node, with rules that decide how much each token counts',
  lang: 'en-GB',
  srcDir: 'out/pages',
  outDir: 'out/site',
  cacheDir: 'out/cache',
  // The repository has what it was built from, and no address of its own to link to.
  lastUpdated: false,
  // Links within the site are all checked; an example's server on this machine is none.
  ignoreDeadLinks: 'localhostLinks',
  themeConfig: {
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'Plugins', link: '/plugins/' },
      { text: 'API', link: '/api/' },
      { text: 'Contents', link: '/contents' },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: 'local' },
  },
  markdown: {
    // Anchors as GitHub makes them, so that a link works in both places.
    anchor: { slugify: headingAnchor },
    config: (markdown) => {
      // Its types are of another release of markdown-it's. A formula's braces are no template of Vue's.
      katex(markdown as never, {
        throwOnError: true,
        transformer: (html) => html.replace(/^<(\w+)/, '<$1 v-pre'),
      });
    },
  },
});
