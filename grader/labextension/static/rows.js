// Where each cell stands. A pair is a PyTorch and a TensorFlow cell with the same
// pair id; it shares a row. Everything else keeps the order of the notebook.

const COLUMNS = { torch: 1, tensorflow: 2 };

/** What the metadata of a cell's model says: its framework and its pair. */
export function describe(model) {
  const tags = [model.getMetadata("tags") ?? []].flat();
  const needs = ["both", ...Object.keys(COLUMNS)].find((tag) => tags.includes(tag));
  return { needs, pair: model.getMetadata("pair"), code: model.type === "code" };
}

/** The index of each paired cell's other half. Text between two halves parts them. */
export function partners(cells) {
  const found = new Map();
  const open = new Map();
  cells.forEach(({ needs, pair, code }, index) => {
    if (needs === "both" || (!needs && !code)) open.clear();
    if (!COLUMNS[needs] || !pair) return;
    const half = open.get(pair);
    if (half === undefined) open.set(pair, index);
    else if (cells[half].needs !== needs) {
      found.set(half, index).set(index, half);
      open.delete(pair);
    }
  });
  return found;
}

/** A grid row and column for each cell, in the cells' order. */
export function places(cells) {
  const partner = partners(cells);
  const placed = [];
  let row = 0;
  for (let first = 0, last; first < cells.length; first = last + 1) {
    last = first;
    for (let i = first; i <= last; i++) last = Math.max(last, partner.get(i) ?? i);
    if (last === first) placed[first] = { row: ++row, column: "1 / -1" };
    else row = sideBySide(first, last, row);
  }
  return placed;

  // A cell of no framework, added between two halves, stays below the one above it.
  function sideBySide(first, last, row) {
    const columns = [[], [], []];
    for (let i = first, column; i <= last; i++) {
      column = COLUMNS[cells[i].needs] ?? column;
      columns[column].push(i);
    }
    const [, left, right] = columns;
    const next = (column) => {
      placed[columns[column].shift()] = { row, column };
    };
    while (left.length || right.length) {
      row++;
      const other = partner.get(left[0]);
      if (right.includes(other)) {
        for (; right[0] !== other; row++) next(2);
        next(1);
        next(2);
      } else next(left.length ? 1 : 2);
    }
    return row;
  }
}
