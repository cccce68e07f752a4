// The switch in a notebook's toolbar: a radio group. Left and right are the toolbar's
// own keys and walk from button to button; space and enter choose.

export function createSwitch() {
  const node = document.createElement("div");
  node.className = "tandem-switch";
  node.setAttribute("role", "radiogroup");
  node.setAttribute("aria-label", "Frameworks shown");
  return node;
}

/** Gives the group a button for each view; `show(view)` is called with the one chosen. */
export function offerViews(node, views, show) {
  for (const { const: view, title } of views) {
    const button = node.appendChild(document.createElement("button"));
    Object.assign(button, { type: "button", value: view, textContent: title });
    button.setAttribute("role", "radio");
    button.addEventListener("click", () => show(view));
  }
}

export function setSwitch(node, view) {
  for (const button of node.children)
    button.setAttribute("aria-checked", String(button.value === view));
}
