import { defineDataset, schema } from '@profit-sft/core';
import { file, inlineDataset } from '@profit-sft/datasets';
import { dataFile } from './data-folder.js';

const files = { dev: 'sft/e2e_nlg/devset.csv', test: 'sft/e2e_nlg/testset_w_refs.csv' } as const;

/**
 * The E2E NLG challenge: a meaning representation is the prompt, what people wrote for it are the references. A reference begins with a
 * space, as a word in running text, because without one it would be glued to the prompt's last bracket.
 */
export default defineDataset({
  name: 'e2e-nlg',
  description: 'E2E NLG: meaning representations, with what several people wrote for each',
  source: 'arXiv 1706.09254; https://github.com/tuetschek/e2e-dataset, CC BY-SA 4.0',
  options: schema.object({
    split: schema.oneOf(['dev', 'test'], { description: 'no meaning representation is in both' }),
  }),
  create: ({ split }) => ({
    async load() {
      const columns = { prompt: 'mr', references: 'ref' };
      const dataset = await file({ path: dataFile(files[split]), columns, groupBy: 'mr' }).load();
      const rows = Array.from({ length: dataset.length }, (_, index) => {
        const row = dataset.row(index);
        return 'references' in row ? { ...row, references: row.references.map((text) => ` ${text.trim()}`) } : row;
      });
      return inlineDataset(rows, `e2e-nlg ${split}`);
    },
  }),
});
