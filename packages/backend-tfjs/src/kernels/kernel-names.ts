/** Matrix products with transposes on `wasm`: a name of our own, so that `BatchMatMul` of other users of TensorFlow.js stays as it is. */
export const fastMatMul = 'ProfitMatMul';
