import { describeBackend } from '@profit-sft/testing';
import { onnxruntime } from '../onnxruntime.js';

// Most checks start a process or two.
describeBackend(onnxruntime, { name: 'onnxruntime cpu in a process of its own', models: ['llama'] });
