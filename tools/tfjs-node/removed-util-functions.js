/**
 * tfjs-node 4.22 calls `util.isNullOrUndefined` and `util.isArray`, which Node 23 removed. Its compiled code reads them from the
 * module object at each call, so putting them back there, before the first operation, is enough: `node --import THIS_FILE`.
 */
import util from 'node:util';

util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
