import type { ModelConfig } from './model-config.js';

/** What architectures read of `config.json` in ways of their own. */
export interface ArchitectureSettings extends Omit<
  ModelConfig,
  | 'architecture'
  | 'vocabularySize'
  | 'beginId'
  | 'endIds'
  | 'storedDtype'
  | 'raw'
  | 'configText'
  | 'generationConfigText'
> {
  /** transformers' values for ids that are absent. */
  readonly defaults: { readonly beginId: number | undefined; readonly endId: number | undefined };
}
