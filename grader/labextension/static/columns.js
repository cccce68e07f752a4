// PyTorch left, TensorFlow right, and the switch that shows only one of them.

import { isHidden, Lesson } from "./lesson.js";
import { createSwitch, offerViews, setSwitch } from "./switch.js";

const ID = "tandem-course:columns";
const COMMAND = "tandem:show";
const LABELS = {
  both: "Show PyTorch and TensorFlow Side by Side",
  torch: "Show PyTorch Only",
  tensorflow: "Show TensorFlow Only",
};

export default async function plugins(shared) {
  const { INotebookCellExecutor, INotebookTracker, runCell } =
    await shared("@jupyterlab/notebook");
  const { ICommandPalette, IToolbarWidgetRegistry } =
    await shared("@jupyterlab/apputils");
  const { ISettingRegistry } = await shared("@jupyterlab/settingregistry");
  const { Widget } = await shared("@lumino/widgets");

  // Nothing here may fail: all notebooks need an executor. Lab's own stays where it
  // is, for when this file can't be loaded.
  const executor = {
    id: "tandem-course:executor",
    description: "Runs cells, and passes over those that are not shown.",
    autoStart: true,
    provides: INotebookCellExecutor,
    activate: () =>
      Object.freeze({
        runCell: async (options) => isHidden(options.cell) || runCell(options),
      }),
  };

  const columns = {
    id: ID,
    description: "Shows PyTorch and TensorFlow side by side, or one of them.",
    autoStart: true,
    requires: [INotebookTracker, ISettingRegistry, IToolbarWidgetRegistry],
    optional: [ICommandPalette],
    activate: (app, tracker, registry, toolbars, palette) => {
      const lessons = new Map(); // by panel
      const switches = new Map(); // by panel
      let view = "both";
      // Not awaited before the end: Lab's start does not wait for it.
      const loaded = registry.load(ID);

      const update = (panel) => {
        const node = switches.get(panel)?.node;
        switches.get(panel)?.setHidden(!lessons.get(panel)?.paired);
        if (node) setSwitch(node, view);
        app.commands.notifyCommandChanged(COMMAND);
      };
      const follow = (settings) => {
        const chosen = settings.get("view").composite;
        if (chosen === view) return;
        view = chosen;
        for (const lesson of lessons.values()) lesson.view = view;
        for (const panel of switches.keys()) update(panel);
      };
      const show = (chosen) =>
        loaded
          .then((settings) => settings.set("view", chosen))
          .catch((error) => console.error("Tandem: the view is not saved.", error));
      const open = async (panel) => {
        panel.disposed.connect(() => lessons.delete(panel));
        await Promise.all([panel.context.ready, loaded]);
        if (panel.isDisposed) return;
        lessons.set(panel, new Lesson(panel.content, view, () => update(panel)));
        update(panel);
      };

      toolbars.addFactory("Notebook", "tandem-view", (panel) => {
        const widget = new Widget({ node: createSwitch() });
        switches.set(panel, widget);
        widget.disposed.connect(() => switches.delete(panel));
        loaded.then(({ schema }) => {
          offerViews(widget.node, schema.properties.view.oneOf, show);
          update(panel);
        });
        update(panel);
        return widget;
      });
      app.commands.addCommand(COMMAND, {
        label: (options) => LABELS[options.view],
        isEnabled: () => Boolean(lessons.get(tracker.currentWidget)?.paired),
        isToggled: (options) => options.view === view,
        execute: (options) => show(options.view),
      });
      for (const option of Object.keys(LABELS)) {
        const args = { view: option };
        palette?.addItem({ command: COMMAND, args, category: "Notebook Operations" });
      }

      loaded.then((settings) => {
        settings.changed.connect(follow);
        follow(settings);
      });
      tracker.forEach(open);
      tracker.widgetAdded.connect((_, panel) => open(panel));
    },
  };
  return [executor, columns];
}
