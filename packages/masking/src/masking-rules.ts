import { cadft } from './batch/cadft.js';
import { talr } from './batch/talr.js';
import { bySource } from './composition/by-source.js';
import { chain } from './composition/chain.js';
import { keep } from './composition/keep.js';
import { product } from './composition/product.js';
import { schedule } from './composition/schedule.js';
import { annealed } from './control/annealed.js';
import { randomMatched } from './control/random-matched.js';
import { referenceThreshold } from './control/reference-threshold.js';
import { sequenceQuantile } from './control/sequence-quantile.js';
import { asft } from './distribution/asft.js';
import { deft } from './distribution/deft.js';
import { gem } from './distribution/gem.js';
import { ranktuner } from './distribution/ranktuner.js';
import { eaftPilot } from './entropy/eaft-pilot.js';
import { eaft } from './entropy/eaft.js';
import { entropyMask } from './entropy/entropy-mask.js';
import { chordPhi } from './probability/chord-phi.js';
import { dft } from './probability/dft.js';
import { focal } from './probability/focal.js';
import { infosft } from './probability/infosft.js';
import { luffy } from './probability/luffy.js';
import { power } from './probability/power.js';
import { profit } from './probability/profit.js';
import { sft } from './probability/sft.js';
import { thresholded } from './probability/thresholded.js';
import { trsft } from './probability/trsft.js';
import { iwSft } from './reference/iw-sft.js';
import { prift } from './reference/prift.js';
import { psft } from './reference/psft.js';
import { quantile } from './reference/quantile.js';
import { rho1 } from './reference/rho-1.js';
import { sstoken } from './reference/sstoken.js';
import { tokenCleaning } from './reference/token-cleaning.js';

/** Every rule of this package, for `createRegistry({ masking: maskingRules })`. */
export const maskingRules: readonly [
  typeof sft,
  typeof profit,
  typeof dft,
  typeof power,
  typeof thresholded,
  typeof focal,
  typeof infosft,
  typeof trsft,
  typeof chordPhi,
  typeof luffy,
  typeof eaft,
  typeof eaftPilot,
  typeof entropyMask,
  typeof deft,
  typeof ranktuner,
  typeof asft,
  typeof gem,
  typeof talr,
  typeof cadft,
  typeof prift,
  typeof quantile,
  typeof rho1,
  typeof tokenCleaning,
  typeof sstoken,
  typeof psft,
  typeof iwSft,
  typeof randomMatched,
  typeof annealed,
  typeof sequenceQuantile,
  typeof referenceThreshold,
  typeof product,
  typeof chain,
  typeof schedule,
  typeof bySource,
  typeof keep,
] = [
  sft,
  profit,
  dft,
  power,
  thresholded,
  focal,
  infosft,
  trsft,
  chordPhi,
  luffy,
  eaft,
  eaftPilot,
  entropyMask,
  deft,
  ranktuner,
  asft,
  gem,
  talr,
  cadft,
  prift,
  quantile,
  rho1,
  tokenCleaning,
  sstoken,
  psft,
  iwSft,
  randomMatched,
  annealed,
  sequenceQuantile,
  referenceThreshold,
  product,
  chain,
  schedule,
  bySource,
  keep,
];
