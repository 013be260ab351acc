import { builtinRegistry } from '@profit-sft/cli';

/** The key `backend` of a run configuration. */
export interface Engine {
  readonly title: string;
  /** The test leaves it out on a large model, where it takes longer than all others; `npm run engines` does not. */
  readonly slow?: boolean;
  readonly backend: { readonly name: string; readonly [option: string]: unknown };
}

/** What the others are compared with. */
export const reference: Engine = { title: 'reference', backend: { name: 'reference', process: false } };

export const engines: readonly Engine[] = [
  { title: 'onnxruntime', backend: { name: 'onnxruntime', process: false } },
  { title: 'onnxruntime in a process of its own', backend: { name: 'onnxruntime' } },
  { title: 'tfjs wasm', backend: { name: 'tfjs', runtime: 'wasm', process: false } },
  { title: 'tfjs cpu', slow: true, backend: { name: 'tfjs', runtime: 'cpu', process: false } },
];

/** Whether the command has the backend. */
export function isRegistered({ backend }: Engine): boolean {
  return builtinRegistry.plugins.backends.some(({ pluginName }) => (pluginName as string) === backend.name);
}
