// The two tables: what each runtime answers, and what is known of each runtime.

import { argmax, softmax } from "./numbers.js";

function cell(kind, text, scope) {
  const made = document.createElement(kind);
  made.textContent = text;
  if (scope) made.scope = scope;
  return made;
}

function row(...cells) {
  const made = document.createElement("tr");
  made.append(...cells);
  return made;
}

/** Probabilities: a row for each digit, a column for each name. */
export class Answers {
  #columns;

  constructor(table, names) {
    const heads = names.map((name) => cell("th", name, "col"));
    table.tHead.append(row(cell("th", "digit", "col"), ...heads));
    const lines = Array.from({ length: 10 }, (_, digit) => {
      const values = names.map(() => cell("td", "–"));
      table.tBodies[0].append(row(cell("th", digit, "row"), ...values));
      return values;
    });
    this.#columns = names.map((_, column) => lines.map((line) => line[column]));
  }

  /** Fill a column with the probabilities of logits; without any, empty it. */
  show(column, logits) {
    const shares = logits ? softmax(logits) : [];
    const top = argmax(shares);
    for (const [digit, target] of this.#columns[column].entries()) {
      const percent = 100 * shares[digit];
      target.textContent = logits ? `${percent.toFixed(1)} %` : "–";
      target.classList.toggle("top", digit === top);
      target.style.setProperty("--share", `${percent || 0}%`);
    }
  }
}

/** A runtime's row: its state, and what was measured. */
export class Line {
  #row;

  constructor(table, { name, path }) {
    const file = cell("td", "");
    file.append(cell("code", path));
    const rest = [cell("td", ""), file, cell("td", ""), cell("td", "")];
    this.#row = row(cell("th", name, "row"), ...rest);
    this.#row.dataset.state = "loading";
    table.tBodies[0].append(this.#row);
  }

  /** The runtime works. */
  ready(version) {
    this.#row.dataset.state = "ready";
    this.#row.cells[1].textContent = version;
  }

  /** It does not: say what is wrong, and what to do. */
  trouble(state, sentence) {
    this.#row.dataset.state = state;
    const last = this.#row.cells[3];
    last.textContent = sentence;
    last.colSpan = 2;
    this.#row.cells[4].hidden = true;
  }

  difference(relative) {
    this.#row.dataset.difference = relative;
    this.#row.cells[3].textContent = relative.toExponential(1);
  }

  /** Its time, as a ratio to the fastest one's. */
  time(ratio) {
    const text = ratio === 1 ? "the shortest" : `${ratio.toFixed(1)} times as long`;
    this.#row.cells[4].textContent = text;
  }
}
