/** Side of the square that is moved at a time, so that both its rows and its columns stay in the cache. */
const tile = 32;

/** `source` [rows, columns] → `target` [columns, rows] */
export function transposeMatrix(source: Float32Array, rows: number, columns: number, target: Float32Array): void {
  for (let firstRow = 0; firstRow < rows; firstRow += tile) {
    const endRow = Math.min(rows, firstRow + tile);
    for (let firstColumn = 0; firstColumn < columns; firstColumn += tile) {
      const endColumn = Math.min(columns, firstColumn + tile);
      for (let column = firstColumn; column < endColumn; column++) {
        let to = column * rows + firstRow;
        let from = firstRow * columns + column;
        for (let row = firstRow; row < endRow; row++, from += columns) target[to++] = source[from];
      }
    }
  }
}
