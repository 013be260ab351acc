export { perplexity } from './perplexity.js';
export { exactMatch } from './exact-match.js';
export { ifeval } from './ifeval/ifeval.js';
export { gradeInstructions, type InstructionRow, type InstructionVerdict } from './ifeval/grade-instructions.js';
export { instructionAccuracies, type GradedPrompts } from './ifeval/instruction-accuracies.js';
export { evaluators } from './evaluators.js';
