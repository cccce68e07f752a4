// The switch in a notebook's toolbar: a radio group, with the keys that such a group
// has in a toolbar. Left and right walk on to the toolbar's next button, as from all
// of its buttons; up and down choose, and so do space and enter.

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/** A group with a button for each view; `show(view)` is called with the one chosen. */
export function createSwitch(views, show) {
  const node = document.createElement("div");
  node.className = "tandem-switch";
  node.setAttribute("role", "radiogroup");
  node.setAttribute("aria-label", "Frameworks shown");
  for (const [view, title] of Object.entries(views)) {
    const button = node.appendChild(document.createElement("button"));
    Object.assign(button, { type: "button", value: view, textContent: title });
    button.setAttribute("role", "radio");
  }
  node.addEventListener("click", ({ target }) => target.value && show(target.value));
  node.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const buttons = [...node.children];
    if (!step) return;
    event.preventDefault();
    const next = buttons.indexOf(event.target) + step + buttons.length;
    buttons[next % buttons.length].focus();
    buttons[next % buttons.length].click();
  });
  return node;
}

export function setSwitch(node, view) {
  for (const button of node.children)
    button.setAttribute("aria-checked", String(button.value === view));
}
