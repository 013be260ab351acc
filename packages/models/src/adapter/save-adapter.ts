import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import type { ParameterToSave } from '../checkpoint/save-checkpoint.js';
import type { ModelConfig } from '../config/model-config.js';
import { writeText } from '../config/write-text.js';
import type { WritableDtype } from '../safetensors/dtype.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';
import { adapterConfigFile, adapterConfigText, type AdapterConfig } from './adapter-config.js';
import { targetModules } from './adapter-targets.js';
import { adapterPrefix, adapterWeightsFile } from './open-adapter.js';

/**
 * Writes an adapter that PEFT's `from_pretrained` loads: `adapter_model.safetensors`, and `adapter_config.json` last. Parameters have the
 * names of `adapterParameters`. Each file is complete or absent.
 * @throws OutputError when a file cannot be written, or a weight is too large for `dtype`
 */
export async function saveAdapter(
  directory: string,
  base: ModelConfig,
  config: Omit<AdapterConfig, 'targetModules'> & { readonly targets: readonly string[] },
  parameters: Iterable<ParameterToSave>,
  dtype: WritableDtype,
): Promise<void> {
  await mkdir(directory, { recursive: true }).catch((cause: Error) => {
    throw new OutputError(directory, `cannot be made (${cause.message})`, { cause });
  });
  const tensors = [...parameters].map((own) => ({ ...own, name: `${adapterPrefix}${own.name}`, dtype }));
  await writeSafetensors(join(directory, adapterWeightsFile), tensors);
  const fanInFanOut = parameterLayout(base).linear === 'input, output';
  const text = adapterConfigText({ ...config, targetModules: targetModules(base, config.targets) }, fanInFanOut);
  await writeText(join(directory, adapterConfigFile), text);
}
