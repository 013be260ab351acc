/** What of Transformers.js is used here, in versions 2, 3 and 4 alike. */
export interface TransformersLibrary {
  readonly env: {
    readonly version: string;
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useFSCache: boolean;
  };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: Readonly<Record<string, unknown>>): Promise<LibraryModel>;
  };
  readonly AutoTokenizer: {
    from_pretrained(name: string, options: Readonly<Record<string, unknown>>): Promise<LibraryTokenizer>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => LibraryTensor;
}

export interface LibraryTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** A causal language model. Its outputs are `logits` and the new cache: as `present.…`, or (version 2) as `past_key_values`. */
export interface LibraryModel {
  forward(inputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  dispose(): Promise<unknown>;
}

export interface LibraryTokenizer {
  (
    text: string,
    options: { readonly add_special_tokens: boolean; readonly return_tensor: false },
  ): { readonly input_ids: readonly (number | undefined)[] };
  decode(
    ids: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
  apply_chat_template(
    conversation: readonly unknown[],
    options: Readonly<Record<string, unknown>> & { readonly tokenize: false },
  ): string;
}
