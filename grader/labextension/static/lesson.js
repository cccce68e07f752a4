// One open notebook of the course: its columns, and the keys that pass hidden cells.

import { describe, partners, places } from "./rows.js";

const HIDDEN = "tandem-hidden";

export const isHidden = (cell) => cell.hasClass(HIDDEN);

export class Lesson {
  /** True where the notebook has pairs: elsewhere nothing is changed. */
  paired = false;
  #last = 0;
  #view;

  /** `changed` is called when cells have come, gone or moved. */
  constructor(notebook, view, changed) {
    this.notebook = notebook;
    this.changed = changed;
    this.#view = view;
    this.#keepHiddenCells();
    notebook.activeCellChanged.connect(() => queueMicrotask(() => this.#passHidden()));
    notebook.model.cells.changed.connect(this.#arrange, this);
    // Lab's settings may turn windowing on again, see below.
    notebook.viewModel.stateChanged.connect((_, { name, newValue }) => {
      if (name === "windowingActive" && newValue) queueMicrotask(() => this.#arrange());
    });
    this.#arrange();
    this.#passHidden();
  }

  set view(view) {
    this.#view = view;
    this.#arrange();
    this.#passHidden();
    const { notebook } = this;
    // Where the notebook is not in sight, there is nowhere to scroll to.
    if (this.paired && notebook.isVisible)
      notebook.scrollToItem(notebook.activeCellIndex, "smart").catch(() => {});
  }

  #arrange() {
    const { notebook } = this;
    const cells = notebook.widgets.map(({ model }) => describe(model));
    this.paired = partners(cells).size > 0;
    const only = this.paired && this.#view !== "both" ? this.#view : null;
    const columns = this.paired && !only;
    // Lab places the cells of this mode itself, one below the other. Of the others
    // only "none" brings back those that it has taken off the page.
    if (this.paired && notebook.notebookConfig.windowingMode === "full")
      notebook.notebookConfig = { ...notebook.notebookConfig, windowingMode: "none" };
    notebook.toggleClass("tandem-columns", columns);
    const placed = columns ? places(cells) : [];
    notebook.widgets.forEach((cell, index) => {
      const { needs } = cells[index];
      cell.toggleClass(HIDDEN, Boolean(only && needs && needs !== only));
      for (const side of ["row", "column"])
        cell.node.style.setProperty(`--tandem-${side}`, placed[index]?.[side] ?? "");
      cell.model.metadataChanged.connect(this.#arrange, this);
    });
    this.changed();
  }

  /** Moves the cursor off a hidden cell: on in its direction, back at the end. */
  #passHidden() {
    const { notebook } = this;
    if (notebook.isDisposed) return;
    const { activeCell, activeCellIndex: here, widgets } = notebook;
    if (activeCell && isHidden(activeCell)) {
      const shown = (cell) => !isHidden(cell) && !cell.isHidden;
      const after = widgets.findIndex((cell, index) => index > here && shown(cell));
      const before = widgets.findLastIndex(
        (cell, index) => index < here && shown(cell),
      );
      const [first, second] = here < this.#last ? [before, after] : [after, before];
      const there = first < 0 ? second : first;
      if (there < 0) return;
      const selected = widgets.filter((cell) => notebook.isSelected(cell)).length;
      if (selected > 1) notebook.extendContiguousSelectionTo(there);
      else {
        notebook.deselectAll();
        notebook.activeCellIndex = there;
      }
    }
    this.#last = notebook.activeCellIndex;
  }

  /**
   * Deleting, cutting, merging and the like pass over hidden cells in a selection;
   * moving takes them along, and goes past those that are in the way.
   */
  #keepHiddenCells() {
    const { notebook } = this;
    const { isSelectedOrActive, moveCell } = notebook;
    notebook.isSelectedOrActive = (cell) =>
      !isHidden(cell) && isSelectedOrActive.call(notebook, cell);
    notebook.moveCell = (from, to, count = 1) => {
      const { widgets } = notebook;
      const down = to > from;
      while (widgets[from + count] && notebook.isSelected(widgets[from + count])) {
        count++;
        if (down) to++;
      }
      const step = down ? 1 : -1;
      while (widgets[to + step] && isHidden(widgets[to])) to += step;
      moveCell.call(notebook, from, to, count);
    };
  }
}
