import { publishedPackages } from '../packages/published-packages.js';
import { pluginPage, type ExportedPlugin } from './plugin-page.js';
import { pluginKinds, pluginPath, pluginsOf } from './plugin-kinds.js';
import type { SitePage } from './site-page.js';
import type { MarkdownFile } from '../docs/markdown-files.js';

/** Which package exports each plugin, and as what. */
async function exportedPlugins(): Promise<Map<unknown, ExportedPlugin>> {
  const found = new Map<unknown, ExportedPlugin>();
  for (const { manifest } of publishedPackages()) {
    const exported = (await import(manifest.name)) as Readonly<Record<string, unknown>>;
    for (const [exportName, value] of Object.entries(exported)) {
      const packageName = manifest.name;
      if (typeof value === 'function' && 'pluginName' in value) found.set(value, { packageName, exportName });
      // Launchers are exported in a list only.
      for (const member of Array.isArray(value) ? (value as unknown[]) : []) {
        if (!found.has(member)) found.set(member, { packageName });
      }
    }
  }
  return found;
}

/** A page for each plugin that comes with the command. */
export async function pluginPages(files: readonly MarkdownFile[]): Promise<SitePage[]> {
  const exported = await exportedPlugins();
  const pages = new Set(files.map(({ path }) => path));
  return pluginKinds.flatMap((kind) => {
    const guide = files.find(({ path }) => path === kind.guide.path);
    if (guide === undefined) throw new Error(`there is no ${kind.guide.path}`);
    return pluginsOf(kind.kind).map((plugin): SitePage => {
      const place = exported.get(plugin);
      if (place === undefined) throw new Error(`no package exports the ${kind.one} "${plugin.pluginName}"`);
      const page = pluginPage(plugin, kind, place, guide.text, pages);
      return { path: pluginPath(kind.folder, plugin.pluginName), ...page };
    });
  });
}
