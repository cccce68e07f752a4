// A grid of 8 × 8 cells with ink from 0 to 1, drawn by pointer or keyboard.

const SIZE = 8;
// The ink at a distance, in cells, is this number minus the distance. With it, digits
// that fill the grid have about as much ink as those of the data set.
const PEN = 1.2;
const STEPS = { ArrowUp: -SIZE, ArrowDown: SIZE, ArrowLeft: -1, ArrowRight: 1 };

/** Tells of what the learner has drawn by events of the type "drawn". */
export class Drawing extends EventTarget {
  ink = new Float32Array(SIZE * SIZE);
  #grid;
  #cells = [];
  #current = 0; // the cell that has the grid's tab stop

  constructor(grid) {
    super();
    this.#grid = grid;
    for (let row = 0; row < SIZE; row++) {
      const line = document.createElement("div");
      line.role = "row";
      for (let column = 0; column < SIZE; column++) {
        const cell = document.createElement("div");
        cell.role = "gridcell";
        this.#cells.push(cell);
        line.append(cell);
      }
      grid.append(line);
    }
    grid.addEventListener("pointerdown", (event) => this.#begin(event));
    grid.addEventListener("pointermove", (event) => this.#move(event));
    grid.addEventListener("lostpointercapture", () => this.#drawn());
    grid.addEventListener("keydown", (event) => this.#press(event));
    this.#render();
  }

  /** Show other ink in place of what is drawn. */
  show(ink) {
    this.ink.set(ink);
    this.#render();
  }

  #begin(event) {
    this.#grid.setPointerCapture(event.pointerId);
    this.#paint(event);
  }

  #move(event) {
    if (this.#grid.hasPointerCapture(event.pointerId)) this.#paint(event);
  }

  #paint(event) {
    const box = this.#grid.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * SIZE - 0.5;
    const y = ((event.clientY - box.top) / box.height) * SIZE - 0.5;
    for (let cell = 0; cell < this.ink.length; cell++) {
      const away = Math.hypot(x - (cell % SIZE), y - Math.floor(cell / SIZE));
      const ink = Math.min(1, Math.max(0, PEN - away));
      this.ink[cell] = Math.max(this.ink[cell], ink);
    }
    this.#render();
  }

  #press(event) {
    if (event.key === " ") {
      const before = this.ink[this.#current];
      this.ink[this.#current] = before < 0.5 ? 0.5 : before < 1 ? 1 : 0;
      this.#drawn();
    } else if (event.key in STEPS) {
      const column = this.#current % SIZE;
      const atSide = { ArrowLeft: column === 0, ArrowRight: column === SIZE - 1 };
      const next = this.#current + STEPS[event.key];
      if (next in this.#cells && !atSide[event.key]) this.#current = next;
    } else return;
    event.preventDefault(); // keys that scroll the page
    this.#render();
    this.#cells[this.#current].focus();
  }

  #drawn() {
    this.dispatchEvent(new Event("drawn"));
  }

  #render() {
    for (const [index, cell] of this.#cells.entries()) {
      const percent = Math.round(100 * this.ink[index]);
      const [row, column] = [Math.floor(index / SIZE) + 1, (index % SIZE) + 1];
      const said = percent ? `${percent} % ink` : "no ink";
      cell.ariaLabel = `row ${row}, column ${column}: ${said}`;
      cell.ariaSelected = String(percent > 0);
      cell.tabIndex = index === this.#current ? 0 : -1;
      cell.style.setProperty("--ink", `${percent}%`);
    }
  }
}
