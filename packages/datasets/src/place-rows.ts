/** Sequences that share a row, and how many tokens they have together. */
export interface PackedRow {
  /** Indices of the sequences, ascending. */
  readonly members: readonly number[];
  readonly width: number;
}

/** Rows that share a micro-batch, padded to `columns`. */
export interface RowGroup {
  readonly rows: readonly PackedRow[];
  readonly columns: number;
}

/**
 * Row length at which attention, whose cost per token grows with the row, takes as long as all the rest of a layer. It
 * depends on the model: about 60 at a hidden size of 64, 270 at 160, 1,300 at 576 (measured on ONNX Runtime's CPU
 * provider). It only weighs padding against long rows; the result of a step does not depend on it.
 */
const attentionColumns = 256;

/**
 * What one more forward and backward pass costs, in padded tokens. It only weighs padding against the number of
 * micro-batches; the result of a step does not depend on it.
 */
const passCost = 128;

/** Columns are multiples of this where that fits, so that an engine meets fewer different shapes. */
const columnStep = 8;

const roundedUp = (width: number): number => Math.ceil(width / columnStep) * columnStep;

/** Longest first, earlier first among equals: deterministic. */
function longestFirst(lengths: readonly number[]): number[] {
  return lengths.map((_, index) => index).sort((a, b) => lengths[b] - lengths[a] || a - b);
}

/**
 * First-fit decreasing: each sequence goes to the first row with room, longest first; one that is longer than
 * `capacity` has a row of its own. The first row with room is found in a tree of the rows' free space, so that a whole
 * evaluation set can be packed at once.
 */
function firstFit(lengths: readonly number[], order: readonly number[], capacity: number): PackedRow[] {
  const rows: { members: number[]; width: number }[] = [];
  let leaves = 1;
  while (leaves < order.length) leaves *= 2;
  // tree[1] is the root; leaf `leaves + row` is the free space of that row, whether it is in use yet or not.
  const tree = new Int32Array(2 * leaves).fill(capacity);
  const shared: { members: number[]; width: number }[] = [];
  for (const index of order) {
    const length = lengths[index];
    if (length > capacity) {
      rows.push({ members: [index], width: length });
      continue;
    }
    let node = 1;
    while (node < leaves) node = tree[2 * node] >= length ? 2 * node : 2 * node + 1;
    const row = (shared[node - leaves] ??= { members: [], width: 0 });
    row.members.push(index);
    row.width += length;
    tree[node] -= length;
    for (node >>= 1; node >= 1; node >>= 1) tree[node] = Math.max(tree[2 * node], tree[2 * node + 1]);
  }
  rows.push(...shared);
  for (const row of rows) row.members.sort((a, b) => a - b);
  return rows.sort((a, b) => b.width - a.width || a.members[0] - b.members[0]);
}

/**
 * Splits rows, widest first, into groups of at most `maxTokens` padded tokens at the least total cost: padded tokens,
 * each with its share of attention, plus {@link passCost} per group. Exact, by dynamic programming over the prefixes.
 */
function groupRows(rows: readonly PackedRow[], maxTokens: number): { groups: RowGroup[]; cost: number } {
  const cost = [0];
  const groupStart = [0];
  const groupColumns = [0];
  for (let end = 1; end <= rows.length; end++) {
    cost[end] = Infinity;
    for (let start = end - 1; start >= 0; start--) {
      const count = end - start;
      const { width } = rows[start];
      const columns = Math.max(width, Math.min(roundedUp(width), Math.floor(maxTokens / count)));
      if (count > 1 && count * columns > maxTokens) break;
      const total = cost[start] + count * columns * (1 + columns / attentionColumns) + passCost;
      if (total < cost[end]) [cost[end], groupStart[end], groupColumns[end]] = [total, start, columns];
    }
  }
  const groups: RowGroup[] = [];
  for (let end = rows.length; end > 0; end = groupStart[end]) {
    const members = rows.slice(groupStart[end], end).sort((a, b) => a.members[0] - b.members[0]);
    groups.unshift({ rows: members, columns: groupColumns[end] });
  }
  return { groups, cost: cost[rows.length] };
}

/** One sequence per row. */
export function placeSingly(lengths: readonly number[], maxTokens: number): RowGroup[] {
  const rows = longestFirst(lengths).map((index) => ({ members: [index], width: lengths[index] }));
  return groupRows(rows, maxTokens).groups;
}

/** Of more sequences than this, row lengths are tried in steps of an eighth: finer ones differ too little. */
const fewSequences = 64;

/**
 * Several sequences per row, rows at most `maxColumns` long (a longer sequence has a row of its own). Long rows leave
 * little padding, short ones have cheaper attention and fill the last row better; the cheapest placement is taken.
 */
export function placePacked(lengths: readonly number[], maxTokens: number, maxColumns: number): RowGroup[] {
  const order = longestFirst(lengths);
  const full = Math.min(maxColumns, maxTokens);
  let best = groupRows(firstFit(lengths, order, full), maxTokens);
  const longest = Math.max(0, ...lengths.filter((length) => length <= full));
  for (let capacity = roundedUp(longest); capacity < full;) {
    const candidate = groupRows(firstFit(lengths, order, capacity), maxTokens);
    if (candidate.cost < best.cost) best = candidate;
    capacity += lengths.length <= fewSequences ? columnStep : Math.max(columnStep, roundedUp(capacity / 8));
  }
  return best.groups;
}
