import { cp } from 'node:fs/promises';
import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  // What runs inside is plain JavaScript that is read by a process of its own: it is copied as it is.
  onSuccess: () => cp('src/guest', 'dist/guest', { recursive: true }),
});
