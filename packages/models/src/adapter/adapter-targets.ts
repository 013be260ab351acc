import { InvalidConfigError } from '@profit-sft/core';
import type { ModelConfig } from '../config/model-config.js';
import { linearMaps } from './layer-adapters.js';

/** PEFT's choice for each architecture; it has none for OLMo 2, which is of the Llama family. */
const usualTargets: Readonly<Record<ModelConfig['parameterLayout'], readonly string[]>> = {
  llama: ['q_proj', 'v_proj'],
  olmo2: ['q_proj', 'v_proj'],
  gpt2: ['c_attn'],
};

/** Whether PEFT's `target_modules` mean this map by `target`: its whole name or an end of it. */
export function isTarget(map: string, target: string): boolean {
  return map === target || map.endsWith(`.${target}`);
}

/**
 * The linear maps that a choice of targets means, in the layer's order: `all-linear`, a list of names or ends of names (`q_proj`,
 * `self_attn.q_proj`), or, where absent, what PEFT takes for the architecture.
 * @throws InvalidConfigError for a name that no linear map of the layers has
 */
export function adapterTargets(config: ModelConfig, chosen: 'all-linear' | readonly string[] | undefined): string[] {
  const maps = linearMaps(config).map(({ name }) => name);
  if (chosen === 'all-linear') return maps;
  const wanted = chosen ?? usualTargets[config.parameterLayout];
  const unknown = wanted.find((target) => !maps.some((map) => isTarget(map, target)));
  if (unknown !== undefined || wanted.length === 0) {
    const what = unknown === undefined ? 'is empty' : `has ${JSON.stringify(unknown)}, which no linear map is called`;
    const message = `${what}; the layers of ${config.architecture} have ${maps.join(', ')}. Embeddings and the head get no adapters`;
    throw new InvalidConfigError('adapter', [{ path: 'targets', message }]);
  }
  return maps.filter((map) => wanted.some((target) => isTarget(map, target)));
}

/** The shortest `target_modules` that mean these maps and no others, for PEFT. */
export function targetModules(config: ModelConfig, targets: readonly string[]): string[] {
  const maps = linearMaps(config).map(({ name }) => name);
  const end = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  return [
    ...new Set(
      targets.map((target) => {
        const same = maps.filter((map) => isTarget(map, end(target)));
        return same.every((map) => targets.includes(map)) ? end(target) : target;
      }),
    ),
  ];
}
