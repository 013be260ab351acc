import { publishedPackages } from '../packages/published-packages.js';
import { pluginPage, type ExportedPlugin } from './plugin-page.js';
import { pluginKinds, pluginsOf } from './plugin-kinds.js';
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
  return pluginKinds.flatMap((kind) =>
    pluginsOf(kind.kind).map((plugin) => {
      const place = exported.get(plugin);
      if (place === undefined) throw new Error(`no package exports ${plugin.pluginName}, ${kind.one}`);
      return pluginPage(plugin, kind, place, files);
    }),
  );
}
