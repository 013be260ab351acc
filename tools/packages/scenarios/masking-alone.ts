import type { Scenario } from '../scenario.js';

/** Largest size of `@profit-sft/masking` with what it needs, in bytes: it is for any training loop. */
const largest = 1e6;

export const maskingAlone: Scenario = {
  title: '`masking` alone',
  tried: 'less than 1 MB and no native code, and the README’s example',
  async run({ installed: { bytes, native } }) {
    if (native.length > 0) throw new Error(`@profit-sft/masking brings native code: ${native.join(', ')}`);
    if (bytes >= largest) throw new Error(`@profit-sft/masking installs in ${bytes} bytes, a megabyte or more`);
  },
};
