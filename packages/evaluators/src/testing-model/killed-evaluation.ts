import type { Row } from '@profit-sft/core';

export const killedRows: readonly Row[] = Array.from({ length: 10 }, (_, index) => ({
  prompt: `What is ${index} + 1?`,
  completion: `It is\n#### ${index + 1}`,
}));

export const killedOptions = { prompt: 'zero-shot', decoding: 'profit', repeats: 3 } as const;
