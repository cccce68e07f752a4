// The course as a tree, with the keys that a tree has: up and down walk, left and
// right fold, Home and End go to the ends, Enter and Space open.

const SYMBOLS = { correct: "✓", "not attempted": "○" };
const OTHER = "✗"; // wrong, an error and the like: the words say which

function element(parent, tag, className, text = "") {
  const node = parent.appendChild(document.createElement(tag));
  node.className = className;
  node.textContent = text;
  return node;
}

export class Outline {
  #folded = new Map(); // what the learner chose, by lesson
  #shown = "";
  #at = null; // the key of the item that has the tree's tab stop

  /** `open(entry)` is called with the lesson or exercise that was chosen. */
  constructor(node, open) {
    this.head = element(node, "div", "tandem-head");
    this.tree = element(node, "ul", "tandem-tree");
    this.tree.setAttribute("role", "tree");
    this.tree.setAttribute("aria-label", "Lessons and exercises");
    this.open = open;
    this.head.textContent = "Reading the course…";
    this.tree.addEventListener("click", (event) => this.#click(event));
    this.tree.addEventListener("keydown", (event) => this.#press(event));
    this.tree.addEventListener("focusin", ({ target }) => this.#stop(target));
  }

  /** Shows a course; the same one again is left as it is. */
  show(course) {
    const text = JSON.stringify(course);
    if (text === this.#shown) return;
    this.#shown = text;
    const focused = this.tree.contains(document.activeElement);
    this.head.replaceChildren();
    this.tree.replaceChildren();
    this.#points(course);
    this.#next(course);
    for (const lesson of course.lessons) this.#lesson(lesson, course);
    const items = this.#items();
    const stop = items.find((item) => item.dataset.key === this.#at) ?? items[0];
    if (stop) this.#stop(stop);
    if (focused) stop?.focus();
  }

  focus() {
    this.tree.querySelector('[tabindex="0"]')?.focus();
  }

  fail(sentence) {
    this.#shown = "";
    this.head.replaceChildren();
    element(this.head, "p", "tandem-trouble", sentence).setAttribute("role", "alert");
  }

  // By framework; what needs none has its own points, which count once.
  #points({ titles, points: { possible, earned } }) {
    for (const [name, most] of Object.entries(possible)) {
      const line = element(this.head, "label", "tandem-points");
      const share = `${earned[name]} of ${most} points`;
      element(line, "span", "", `${titles[name]}: ${share}`);
      const bar = element(line, "progress", "");
      Object.assign(bar, { max: most, value: earned[name] });
    }
  }

  #next({ next, lessons }) {
    const place = element(this.head, "p", "tandem-next");
    if (!next) {
      place.textContent = "Everything is correct: nothing is left to do.";
      return;
    }
    const lesson = lessons.find(({ name }) => name === next.lesson);
    const exercise = lesson.exercises.find(({ id }) => id === next.exercise);
    const read = next.read_first && lesson.notebook !== exercise.notebook;
    const entry = read ? { notebook: lesson.notebook } : exercise;
    element(place, "span", "", "Next: ");
    const text = read ? `Read ${lesson.title}` : `Solve ${exercise.title}`;
    const button = element(place, "button", "", text);
    button.type = "button";
    button.addEventListener("click", () => this.open(entry));
  }

  #lesson(lesson, course) {
    const { name, title, notebook, minutes, exercises } = lesson;
    const item = this.#item(this.tree, name, { notebook }, 1);
    const row = element(item, "div", "tandem-row");
    element(row, "span", "tandem-fold").setAttribute("aria-hidden", "true");
    element(row, "span", "tandem-title", title);
    element(row, "span", "tandem-note", minutes ? `${minutes} min` : "");
    const line = element(row, "div", "tandem-states");
    for (const [half, title] of Object.entries(course.titles)) {
      const its = exercises.filter((e) => e.states[half]);
      if (!its.length) continue;
      const right = its.filter((e) => e.states[half].status === "correct");
      const share = `${right.length} of ${its.length}`;
      element(line, "span", "tandem-state", `${title}: ${share}`);
    }
    const group = element(item, "ul", "");
    group.setAttribute("role", "group");
    for (const exercise of exercises) this.#exercise(group, exercise, course);
    this.#fold(item, this.#folded.get(name) ?? name !== course.next?.lesson);
  }

  #exercise(group, exercise, { titles, next }) {
    const { id, title, points, minutes, states } = exercise;
    const item = this.#item(group, id, exercise, 2);
    element(item, "div", "tandem-title", title);
    const line = element(item, "div", "tandem-states");
    for (const [name, { status }] of Object.entries(states)) {
      const state = element(line, "span", "tandem-state");
      Object.assign(state.dataset, { framework: name, status });
      state.title = status;
      const symbol = element(state, "span", "", SYMBOLS[status] ?? OTHER);
      symbol.setAttribute("aria-hidden", "true");
      state.append(` ${titles[name]}`);
      element(state, "span", "tandem-spoken", `: ${status};`);
    }
    const amount = points === 1 ? "1 point" : `${points} points`;
    element(line, "span", "tandem-note", `${amount}, ${minutes} min`);
    if (next?.exercise === id) item.setAttribute("aria-current", "step");
  }

  #item(parent, key, entry, level) {
    const item = element(parent, "li", "tandem-item");
    item.setAttribute("role", "treeitem");
    item.setAttribute("aria-level", level);
    item.tabIndex = -1;
    item.dataset.key = key;
    item.entry = entry;
    return item;
  }

  #items() {
    const folded = '[aria-expanded="false"] [role="group"] *';
    const items = this.tree.querySelectorAll('[role="treeitem"]');
    return [...items].filter((item) => !item.matches(folded));
  }

  #fold(item, folded) {
    item.setAttribute("aria-expanded", String(!folded));
  }

  #choose(item, folded) {
    this.#folded.set(item.dataset.key, folded);
    this.#fold(item, folded);
  }

  #enter(item) {
    if (item.hasAttribute("aria-expanded")) this.#choose(item, false);
    this.open(item.entry);
  }

  #stop(item) {
    for (const other of this.tree.querySelectorAll('[tabindex="0"]'))
      other.tabIndex = -1;
    item.tabIndex = 0;
    this.#at = item.dataset.key;
  }

  #click({ target }) {
    const item = target.closest('[role="treeitem"]');
    if (!item) return;
    item.focus();
    if (target.closest(".tandem-fold"))
      this.#choose(item, item.getAttribute("aria-expanded") === "true");
    else this.#enter(item);
  }

  #press(event) {
    const items = this.#items();
    const here = items.indexOf(event.target);
    const item = items[here];
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    const expanded = item.getAttribute("aria-expanded");
    const lesson = item.parentElement.closest('[role="treeitem"]');
    const actions = {
      ArrowDown: () => items[here + 1]?.focus(),
      ArrowUp: () => items[here - 1]?.focus(),
      Home: () => items[0].focus(),
      End: () => items.at(-1).focus(),
      ArrowRight: () =>
        expanded === "false"
          ? this.#choose(item, false)
          : expanded && items[here + 1]?.focus(),
      ArrowLeft: () =>
        expanded === "true" ? this.#choose(item, true) : lesson?.focus(),
      Enter: () => this.#enter(item),
      " ": () => this.#enter(item),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }
}
