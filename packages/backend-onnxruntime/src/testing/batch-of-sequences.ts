export { batchOfSequences } from '@profit-sft/testing';
