export { relativeError } from '@profit-sft/testing';
