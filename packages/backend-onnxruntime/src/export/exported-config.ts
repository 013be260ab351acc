import type { ModelConfig } from '@profit-sft/models';

/**
 * The text of an export's `config.json`: the model's own, with what Transformers.js reads from it and a model may leave to
 * transformers' defaults, and with `transformers.js_config`, so that `dtype` need not be given when the model is loaded.
 */
export function exportedConfig(config: ModelConfig, externalFiles: number): string {
  const { raw, keyValueHeads, headSize, configText } = config;
  const isSet = (key: string): boolean => Object.hasOwn(raw, key) && raw[key] !== null;
  const own = raw['transformers.js_config'];
  const added = {
    'transformers.js_config': {
      ...(typeof own === 'object' ? own : {}),
      dtype: 'fp32',
      ...(externalFiles === 0 ? {} : { use_external_data_format: externalFiles }),
    },
    ...(isSet('num_key_value_heads') ? {} : { num_key_value_heads: keyValueHeads }),
    ...(isSet('head_dim') ? {} : { head_dim: headSize }),
  };
  if (configText === undefined || Object.keys(added).some((key) => Object.hasOwn(raw, key))) {
    return `${JSON.stringify({ ...raw, ...added }, undefined, 2)}\n`;
  }
  // Into the text, since JSON numbers do not survive JavaScript unchanged: transformers refuses 1 for 1.0.
  const members = JSON.stringify(added, undefined, 2).slice(1, -2);
  const open = configText.indexOf('{') + 1;
  return `${configText.slice(0, open)}${members},${configText.slice(open)}`;
}
