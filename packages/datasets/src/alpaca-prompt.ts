const request = 'Write a response that appropriately completes the request.';

/**
 * The prompt of Stanford Alpaca for an instruction and, where there is one, its input, word for word
 * (`PROMPT_DICT` in tatsu-lab/stanford_alpaca's `train.py`). The answer follows at once, without a line break.
 */
export function alpacaPrompt(instruction: string, input: string): string {
  return input === ''
    ? `Below is an instruction that describes a task. ${request}\n\n### Instruction:\n${instruction}\n\n### Response:`
    : 'Below is an instruction that describes a task, paired with an input that provides further context. ' +
        `${request}\n\n### Instruction:\n${instruction}\n\n### Input:\n${input}\n\n### Response:`;
}
