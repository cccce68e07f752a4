// The course in the sidebar: lessons and exercises with their states, and what is next.

import { Outline } from "./outline.js";

const ID = "tandem-course:panel";
const COMMAND = "tandem:course";
const ADDRESS = "tandem/outline";
const SECTION = /^##\s/m;

export default async function plugins(shared) {
  const { NotebookActions } = await shared("@jupyterlab/notebook");
  const { ILabShell, ILayoutRestorer } = await shared("@jupyterlab/application");
  const { ICommandPalette } = await shared("@jupyterlab/apputils");
  const { ServerConnection } = await shared("@jupyterlab/services");
  const { PageConfig, URLExt } = await shared("@jupyterlab/coreutils");
  const { LabIcon } = await shared("@jupyterlab/ui-components");
  const { Widget } = await shared("@lumino/widgets");

  const icon = new LabIcon({
    name: "tandem:course",
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
      '<path class="jp-icon3" fill="#616161" d="M3 5h7v14H3zm11 0h7v14h-7zm2 2v2h3V7z' +
      'm0 4v2h3v-2zM5 7v2h3V7zm0 4v2h3v-2z" fill-rule="evenodd"/></svg>',
  });

  /** The course as `grader.learner.outline` gives it. */
  async function read(settings) {
    const url = URLExt.join(settings.baseUrl, ADDRESS);
    const response = await ServerConnection.makeRequest(url, {}, settings);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  }

  /** Opens a notebook, at an exercise's heading where one is given. */
  async function open(app, { notebook, cells }) {
    if (!notebook) return; // an author's, being written
    const panel = await app.commands.execute("docmanager:open", { path: notebook });
    if (!panel?.context || !cells) return;
    await panel.context.ready;
    await panel.revealed;
    const { content } = panel;
    const ids = Object.values(cells);
    const named = ({ model }) =>
      ids.includes(model.getMetadata("nbgrader")?.grade_id ?? model.id);
    const check = content.widgets.findIndex(named);
    if (check < 0) return; // the learner has deleted it
    const heads = ({ model }, index) =>
      index < check &&
      model.type === "markdown" &&
      SECTION.test(model.sharedModel.source);
    const place = Math.max(0, content.widgets.findLastIndex(heads));
    content.activeCellIndex = place;
    content.deselectAll();
    await content.scrollToItem(place, "start");
  }

  class Panel extends Widget {
    #asked = null;
    #again = false;

    constructor(app) {
      super();
      this.id = ID;
      this.title.icon = icon;
      this.title.caption = "Course";
      this.addClass("tandem-panel");
      this.settings = app.serviceManager.serverSettings;
      this.outline = new Outline(this.node, (entry) =>
        open(app, entry).catch((error) => console.error("Tandem:", error)),
      );
      NotebookActions.executed.connect(() => this.isVisible && this.refresh(), this);
    }

    onAfterShow() {
      this.refresh();
    }

    onActivateRequest() {
      this.outline.focus();
    }

    /** Asks for the course; what is asked meanwhile is asked once more, after it. */
    refresh() {
      this.#again = Boolean(this.#asked);
      this.#asked ??= read(this.settings)
        .then((course) => this.outline.show(course))
        .catch((error) => this.outline.fail(error.message))
        .finally(() => {
          this.#asked = null;
          if (this.#again) this.refresh();
        });
    }
  }

  const panel = {
    id: ID,
    description: "Shows the course's lessons and exercises, and how far each is.",
    autoStart: true,
    requires: [ILabShell],
    optional: [ICommandPalette, ILayoutRestorer],
    activate: (app, shell, palette, restorer) => {
      if (!PageConfig.getOption("tandemCourse")) return;
      const widget = new Panel(app);
      shell.add(widget, "left", { rank: 150 });
      restorer?.add(widget, ID);
      app.commands.addCommand(COMMAND, {
        label: "Show the Course: Exercises and What Is Next",
        execute: () => shell.activateById(ID),
      });
      palette?.addItem({ command: COMMAND, category: "Help" });
    },
  };
  return [panel];
}

const link = document.createElement("link");
link.rel = "stylesheet";
link.href = new URL("panel.css", import.meta.url);
document.head.append(link);
