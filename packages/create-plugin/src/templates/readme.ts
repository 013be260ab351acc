import type { RuleNames } from '../rule-names.js';

function use({ rule, packageName }: RuleNames): string {
  if (packageName.includes('/')) {
    return `\`\`\`sh
npm install ${packageName}
\`\`\`

In a configuration of [ProFit](https://www.npmjs.com/package/@profit-sft/cli), by the package's name:

\`\`\`json
{ "masking": { "name": "${packageName}", "threshold": 0.2 } }
\`\`\``;
  }
  return `\`\`\`sh
npm install ${packageName}
\`\`\`

In a configuration of [ProFit](https://www.npmjs.com/package/@profit-sft/cli), by the rule's name:

\`\`\`json
{ "plugins": ["${packageName}"], "masking": { "name": "${rule}", "threshold": 0.2 } }
\`\`\``;
}

/** `README.md`: formula, options, use. */
export function readme(names: RuleNames): string {
  const { identifier, packageName } = names;
  return `# ${packageName}

A masking rule for supervised fine-tuning with ProFit: how much each reference token counts in the loss.

\`\`\`
w_t = min(1, p_t / τ)          p_t = π_θ(y_t | x, y_<t), the current model's probability of the reference token
\`\`\`

| option      | type             | default | description |
| ----------- | ---------------- | ------- | ----------- |
| \`threshold\` | number in (0, 1] | \`0.1\`   | τ           |

## Use

${use(names)}

From a checkout it needs no build, by the path of its source, from the configuration's folder:

\`\`\`json
{ "masking": { "name": "./src/index.ts", "threshold": 0.2 } }
\`\`\`

In code:

\`\`\`ts
import ${identifier} from '${packageName}';

const rule = ${identifier}({ threshold: 0.2 });
\`\`\`

## Development

\`\`\`sh
npm install
npm test
npm run typecheck
npm run build
npm publish
\`\`\`
`;
}
