import { exitCodes, type BackendHealth, type Registry } from '@profit-sft/core';
import type { CommandContext } from '../command-line/program.js';

/** Oldest Node release that the packages support. */
const oldestNode = [20, 19] as const;

export interface Diagnosis {
  readonly node: { readonly version: string; readonly works: boolean; readonly needs: string };
  readonly platform: string;
  readonly runtimes: readonly (BackendHealth & {
    readonly backend: string;
    /** Absent of backends that train. */
    readonly trains?: false;
  })[];
}

/** Tries every backend of a registry for real. A backend that fails while being tried counts as not working. */
export async function diagnose(registry: Registry, nodeVersion = process.versions.node): Promise<Diagnosis> {
  const [major, minor] = nodeVersion.split('.').map(Number);
  const works = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const runtimes: Diagnosis['runtimes'][number][] = [];
  for (const plugin of registry.plugins.backends) {
    const backend: string = plugin.pluginName;
    const found = await plugin.diagnose().catch((error: unknown): BackendHealth[] => {
      return [{ name: backend, works: false, detail: error instanceof Error ? error.message : String(error) }];
    });
    const frozen = plugin.trains === false ? ({ trains: false } as const) : {};
    runtimes.push(...found.map((health) => ({ backend, ...frozen, ...health })));
  }
  return {
    node: { version: nodeVersion, works, needs: `>=${oldestNode.join('.')}` },
    platform: `${process.platform} ${process.arch}`,
    runtimes,
  };
}

/** Exits with the code of `backend` errors when nothing here could train a model. */
export async function runDoctor({ json }: { json?: boolean }, context: CommandContext): Promise<void> {
  const { terminal, registry } = context;
  const diagnosis = await diagnose(registry);
  const { node, platform, runtimes } = diagnosis;
  if (!node.works || !runtimes.some(({ works, trains }) => works && trains !== false))
    context.setExitCode(exitCodes.backend);
  if (json === true) {
    terminal.out.write(`${JSON.stringify(diagnosis)}\n`);
    return;
  }
  const entry = (works: boolean, name: string, detail: string, install?: string): string =>
    `${works ? 'works' : 'FAILS'}  ${name}: ${detail}${install === undefined ? '' : `\n       to install: ${install}`}`;
  const lines = [
    entry(node.works, `Node ${node.version}`, `${platform}${node.works ? '' : `; needs ${node.needs}`}`),
    ...runtimes.map(({ name, works, detail, install }) => entry(works, name, detail, works ? undefined : install)),
  ];
  terminal.out.write(`${lines.join('\n')}\n`);
}
