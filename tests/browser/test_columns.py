"""Side by side in a real JupyterLab: two columns, and the switch to one of them.

One page holds all notebooks that are looked at, opened without a kernel where nothing
runs.
"""

import json
from itertools import combinations
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.common.tracks import filter_track
from tests.browser.lab import SHOTS, Notebook

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("notebooks", "exercises")
    for path in (ROOT / folder).rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
TITLES = {"both": "Both", "torch": "PyTorch", "tensorflow": "TensorFlow"}
FRAMEWORKS = ("torch", "tensorflow")
SETTINGS = (
    "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
)

# All cells, as rectangles and by how many pixels their code is wider than shown.
BOXES = """panel => panel.content.widgets.map(({ node }) => {
  const { left, right, top, bottom } = node.getBoundingClientRect();
  const code = node.querySelector(".cm-scroller");
  const cut = code ? code.scrollWidth - code.clientWidth : 0;
  return { left, right, top, bottom, cut, shown: bottom > top };
})"""


class Room(Notebook):
    """A page with JupyterLab, and the notebook that is in front in it."""

    PANEL = "window.jupyterapp.shell.currentWidget"

    def __init__(self, page, address: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/workspaces/columns?reset")
        page.wait_for_function("window.jupyterapp?.restored", timeout=120_000)
        page.evaluate("window.jupyterapp.restored")

    def open(self, path: str, kernel: bool = False) -> None:
        """Open a notebook in place of the one before, of which nothing is saved."""
        self.page.evaluate(
            "Promise.all([...window.jupyterapp.shell.widgets('main')].map(async tab =>"
            " { await tab.sessionContext?.shutdown(); tab.dispose() }))"
        )
        self.page.evaluate(
            "([path, kernelPreference]) => void window.jupyterapp.commands.execute("
            "'docmanager:open', { path, factory: 'Notebook', kernelPreference })",
            [path, {"shouldStart": kernel, "shouldReuse": False}],
        )
        self.page.wait_for_function(
            f"([path, kernel]) => {self.PANEL}?.context?.path === path &&"
            f" {self.PANEL}.context.isReady &&"
            f" {self.CONTENT}.widgets.every("
            "cell => !cell.isPlaceholder() && cell.isAttached) &&"
            f" (!kernel ||"
            f" {self.PANEL}.sessionContext.session?.kernel?.status === 'idle')",
            arg=[path, kernel],
            timeout=120_000,
        )

    def choose(self, view: str) -> None:
        self.switch(view).click()
        self.wait_for(view)

    def wait_for(self, view: str) -> None:
        self.switch(view).and_(self.page.locator("[aria-checked=true]")).wait_for()

    def switch(self, view: str):
        panel = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        return panel.get_by_role("radio", name=TITLES[view], exact=True)

    def resize(self, size: dict[str, int]) -> None:
        """Change the window's size, until Lab has laid out the notebook in it."""
        self.page.set_viewport_size(size)
        # Lab sizes its panels itself, a while after the window's own event.
        self.page.wait_for_function(
            "width => document.querySelector('#jp-main-content-panel').offsetWidth"
            " === width",
            arg=size["width"],
        )

    def boxes(self) -> list[dict]:
        return self.page.evaluate(f"({BOXES})({self.PANEL})")

    def order(self) -> list[str]:
        return [cell["id"] for cell in self.cells()]

    def shown(self) -> list[str]:
        boxes = zip(self.order(), self.boxes(), strict=True)
        return [name for name, box in boxes if box["shown"]]

    def active(self) -> str:
        return self.page.evaluate(f"{self.CONTENT}.activeCell.model.id")

    def go_to(self, name: str) -> None:
        """Give the cell the cursor, in command mode."""
        self.page.evaluate(
            f"name => {{ const notebook = {self.CONTENT}; notebook.mode = 'command';"
            " notebook.activeCellIndex = notebook.widgets.findIndex("
            "cell => cell.model.id === name); notebook.activate() }",
            name,
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            # The cursor leaves a hidden cell when the key has been dealt with.
            self.page.evaluate("new Promise(requestAnimationFrame)")


@pytest.fixture(scope="module")
def room(browser, lab):
    # 1280 less a scroll bar, which takes no room in a Chromium without a screen.
    page = browser.new_page(viewport={"width": 1265, "height": 900})
    yield Room(page, lab)
    page.close()


@pytest.fixture(autouse=True)
def picture(room, request):
    """A screenshot of the room when a test has failed."""
    before = request.session.testsfailed
    yield
    if request.session.testsfailed > before:
        SHOTS.mkdir(parents=True, exist_ok=True)
        name = request.node.name.replace("/", "_")
        room.page.screenshot(path=SHOTS / f"{name}.png")


def framework(cell: dict) -> str | None:
    tags = cell["metadata"].get("tags", [])
    return next((name for name in ("both", *FRAMEWORKS) if name in tags), None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: Path(path).stem)
def test_pairs_stand_side_by_side_and_one_framework_alone(room, path):
    room.open(path)
    cells = room.cells()
    if not any(map(framework, cells)):  # exercises that need none
        boxes = room.boxes()
        assert all(box["shown"] and box["cut"] <= 0 for box in boxes)
        assert not room.switch("both").is_visible()
        return
    for view in TITLES:
        room.choose(view)
        boxes = room.boxes()
        for cell, box in zip(cells, boxes, strict=True):
            hidden = view != "both" and framework(cell) not in (view, None)
            assert box["shown"] == (not hidden), cell
            assert box["cut"] <= 0, "".join(cell["source"])
        shown = [box for box in boxes if box["shown"]]
        nobody_overlaps(shown)
        if view == "both":
            two_columns(cells, boxes)
        else:
            assert {box["left"] for box in shown} == {shown[0]["left"]}
            tops = [box["top"] for box in shown]
            assert tops == sorted(tops)


def nobody_overlaps(boxes: list[dict]) -> None:
    for one, other in combinations(boxes, 2):
        assert (
            one["right"] <= other["left"] + 0.5
            or other["right"] <= one["left"] + 0.5
            or one["bottom"] <= other["top"] + 0.5
            or other["bottom"] <= one["top"] + 0.5
        ), (one, other)


def two_columns(cells: list[dict], boxes: list[dict]) -> None:
    pairs = {}
    for index, cell in enumerate(cells):
        if "pair" in cell["metadata"]:
            halves = pairs.setdefault(cell["metadata"]["pair"], {})
            halves[framework(cell)] = index
    assert pairs
    full = boxes[0]
    middle = (full["left"] + full["right"]) / 2
    for pair in pairs.values():
        left, right = (boxes[pair[name]] for name in FRAMEWORKS)
        assert left["top"] == right["top"]
        assert left["left"] == full["left"] and right["right"] == full["right"]
        assert left["right"] <= middle + 0.5 and right["left"] >= middle - 0.5
    paired = {index for pair in pairs.values() for index in pair.values()}
    for index, box in enumerate(boxes):
        if index not in paired:
            assert (box["left"], box["right"]) == (full["left"], full["right"])
    # Down each column, and across the whole, in the order in which cells run.
    for name in FRAMEWORKS:
        other = ({*FRAMEWORKS} - {name}).pop()
        tops = [
            box["top"]
            for index, (cell, box) in enumerate(zip(cells, boxes, strict=True))
            if index not in paired or framework(cell) != other
        ]
        assert tops == sorted(tops)


def small() -> nbformat.NotebookNode:
    """A lesson's section and an exercise, in cells that only tell that they ran."""

    def code(name, source=None, tag=None, pair=None):
        metadata = {"tags": [tag], "pair": pair} if tag else {}
        source = source or f"ran.append({name!r})"
        return new_code_cell(source, id=name, metadata=metadata)

    def half(pair, tag):
        return code(f"{pair}-{tag}", tag=tag, pair=pair)

    return new_notebook(
        cells=[
            new_markdown_cell("# Small", id="title"),
            code("start", "ran = []"),
            half("idea", "torch"),
            half("idea", "tensorflow"),
            code("agree", tag="both"),
            new_markdown_cell("## An exercise", id="exercise"),
            half("solve", "torch"),
            half("check", "torch"),
            half("solve", "tensorflow"),
            half("check", "tensorflow"),
            code("end", "print(*ran)"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )


@pytest.fixture
def lesson(room, work, request):
    """The small notebook, open without a kernel and in both frameworks."""
    path = f"{request.node.originalname}.ipynb"
    nbformat.write(small(), work / path)
    room.open(path)
    room.choose("both")
    room.go_to("title")
    return room


TORCH = [
    "title",
    "start",
    "idea-torch",
    "exercise",
    "solve-torch",
    "check-torch",
    "end",
]
TENSORFLOW = [name.replace("torch", "tensorflow") for name in TORCH]


def test_the_switch_works_by_keyboard(lesson):
    lesson.switch("both").focus()
    lesson.press("ArrowRight", "Space")
    lesson.wait_for("torch")
    assert lesson.shown() == TORCH
    lesson.press("ArrowRight", "Enter")
    lesson.wait_for("tensorflow")
    assert lesson.shown() == TENSORFLOW
    lesson.press("ArrowLeft", "ArrowLeft", "Space")
    lesson.wait_for("both")
    assert lesson.shown() == lesson.order()


def test_the_command_palette_has_the_views(lesson):
    lesson.press("Control+Shift+c")
    lesson.page.keyboard.type("Show TensorFlow Only")
    lesson.press("Enter")
    lesson.wait_for("tensorflow")
    assert lesson.shown() == TENSORFLOW


def test_the_cursor_passes_hidden_cells(lesson):
    lesson.choose("torch")
    lesson.go_to("title")
    seen = [lesson.active()]
    for _ in TORCH[1:]:
        lesson.press("ArrowDown")
        seen.append(lesson.active())
    assert seen == TORCH
    for _ in TORCH[1:]:
        lesson.press("ArrowUp")
        seen.append(lesson.active())
    assert seen == TORCH + TORCH[-2::-1]


def test_the_cursor_passes_hidden_cells_while_typing(lesson):
    lesson.choose("tensorflow")
    lesson.go_to("start")
    lesson.press("Enter", "End", "ArrowDown")
    assert lesson.active() == "idea-tensorflow"
    lesson.page.keyboard.type("x = 1; ")
    sources = {cell["id"]: cell["source"] for cell in lesson.cells()}
    assert "x = 1" in "".join(sources["idea-tensorflow"])
    assert "x = 1" not in "".join(sources["idea-torch"])


def test_a_view_without_the_cursors_cell_moves_it(lesson):
    lesson.go_to("idea-torch")
    lesson.choose("tensorflow")
    assert lesson.active() == "idea-tensorflow"


def test_deleting_a_selection_spares_hidden_cells(lesson):
    before = lesson.order()
    lesson.choose("torch")
    lesson.go_to("idea-torch")
    lesson.press("Shift+ArrowDown", "Shift+ArrowDown", "d", "d")
    gone = {"idea-torch", "exercise", "solve-torch"}
    assert lesson.order() == [name for name in before if name not in gone]
    lesson.press("z")
    assert lesson.order() == before


def test_cutting_and_pasting_spares_hidden_cells(lesson):
    lesson.choose("torch")
    lesson.go_to("idea-torch")
    lesson.press("Shift+ArrowDown", "x")
    left = lesson.order()
    assert {"idea-torch", "exercise"}.isdisjoint(left)
    assert {"idea-tensorflow", "agree"} <= {*left}


@pytest.mark.parametrize(
    ("key", "name", "shown"),
    [
        ("ArrowDown", "check-torch", TORCH[:-2] + ["end", "check-torch"]),
        ("ArrowUp", "exercise", TORCH[:2] + ["exercise", "idea-torch", *TORCH[4:]]),
    ],
)
def test_one_step_moves_a_cell_past_hidden_ones(lesson, key, name, shown):
    lesson.choose("torch")
    lesson.go_to(name)
    lesson.press(f"Control+Shift+{key}")
    assert lesson.shown() == shown
    assert sorted(lesson.order()) == sorted(cell["id"] for cell in small().cells)


def test_a_moved_cell_is_seen_to_move(lesson):
    def box(name):
        return lesson.boxes()[lesson.order().index(name)]

    assert box("idea-torch")["top"] == box("idea-tensorflow")["top"]
    lesson.go_to("idea-torch")
    lesson.press("Control+Shift+ArrowUp")
    # Between the halves, it stays in the column of the one above.
    assert box("idea-torch")["top"] == box("idea-tensorflow")["top"]
    assert box("start")["right"] == box("idea-torch")["right"]
    assert box("start")["top"] >= box("idea-torch")["bottom"]
    lesson.go_to("solve-torch")
    lesson.press("Control+Shift+ArrowDown")
    # Rows never cross: of two pairs in different order, one is on a row.
    assert box("check-torch")["top"] == box("check-tensorflow")["top"]
    assert box("solve-tensorflow")["bottom"] <= box("check-torch")["top"]
    assert box("solve-torch")["top"] >= box("check-torch")["bottom"]


def test_a_cell_that_is_dragged_lands_where_it_is_dropped(lesson):
    def middle(name, part):
        cell = lesson.cell(lesson.order().index(name)).locator(part).first
        box = cell.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    mouse = lesson.page.mouse
    mouse.move(*middle("solve-torch", ".jp-InputArea-prompt"))
    mouse.down()
    # Lab takes it for a drag once it has moved a little.
    mouse.move(*middle("agree", ".jp-InputArea-prompt"), steps=10)
    mouse.move(*middle("idea-torch", ".cm-content"), steps=10)
    mouse.up()
    moved = [name for name in lesson.order() if name != "solve-torch"]
    assert lesson.order().index("solve-torch") == lesson.order().index("idea-torch") - 1
    assert moved == [c["id"] for c in small().cells if c["id"] != "solve-torch"]


def test_a_new_cell_below_a_half_stays_in_its_column(lesson):
    lesson.go_to("idea-torch")
    lesson.press("b")
    new = lesson.active()
    boxes = dict(zip(lesson.order(), lesson.boxes(), strict=True))
    assert boxes["idea-torch"]["top"] == boxes["idea-tensorflow"]["top"]
    assert boxes[new]["right"] == boxes["idea-torch"]["right"]
    assert boxes[new]["top"] >= boxes["idea-torch"]["bottom"]


def test_headings_collapse_in_columns_and_in_one_view(lesson):
    for view, all_shown in (("both", lesson.order()), ("torch", TORCH)):
        lesson.choose(view)
        lesson.go_to("exercise")
        lesson.press("ArrowLeft")
        assert lesson.shown() == all_shown[: all_shown.index("exercise") + 1]
        lesson.press("ArrowRight")
        assert lesson.shown() == all_shown


def test_searching_goes_on_past_matches_that_are_hidden(lesson):
    lesson.choose("torch")
    lesson.press("Control+f")
    lesson.page.locator(".jp-DocumentSearch-input").first.fill("ran.append")
    wanted = {name for name in TORCH if name.endswith("torch")}
    seen = set()
    for _ in range(50):
        lesson.press("Enter")
        lesson.page.wait_for_timeout(50)
        seen.add(lesson.active())
        if wanted <= seen:
            break
    lesson.press("Escape")
    assert wanted <= seen <= {*TORCH}


def test_the_table_of_contents_leads_to_its_heading(lesson):
    lesson.choose("tensorflow")
    lesson.page.evaluate("window.jupyterapp.commands.execute('toc:show-panel')")
    lesson.page.locator(".jp-tocItem", has_text="An exercise").first.click()
    lesson.page.wait_for_function(
        f"{lesson.CONTENT}.activeCell.model.id === 'exercise'"
    )


@pytest.fixture
def narrow(lesson):
    """The small notebook in a window of 900 pixels."""
    wide = lesson.page.viewport_size
    try:
        lesson.resize({"width": 900, "height": 900})
        yield lesson
    finally:
        lesson.resize(wide)


def test_narrow_windows_stack_the_cells(narrow):
    boxes = narrow.boxes()
    assert {(box["left"], box["right"]) for box in boxes} == {
        (boxes[0]["left"], boxes[0]["right"])
    }
    tops = [box["top"] for box in boxes]
    assert tops == sorted(tops)


def test_running_all_passes_over_hidden_cells(room, work):
    nbformat.write(small(), work / "running.ipynb")
    room.open("running.ipynb", kernel=True)
    for view, names in (("torch", TORCH), ("tensorflow", TENSORFLOW)):
        room.choose(view)
        room.page.evaluate(
            "window.jupyterapp.commands.execute('notebook:run-all-cells')"
        )
        code = [name for name in names if name not in ("title", "start", "exercise")]
        printed = json.dumps(" ".join(code[:-1]) + "\n")
        room.page.wait_for_function(
            f"[{room.CONTENT}.widgets.at(-1).model.toJSON().outputs[0]?.text]"
            f".flat().join('') === {printed}"
        )
    hidden = [c for c in room.cells() if framework(c) in ("torch", "both")]
    assert {c["id"] for c in hidden if c["execution_count"]} == {
        *(name for name in TORCH if name.endswith("torch"))
    }


def test_the_view_stays_for_other_notebooks_and_after_a_reload(room, work, lab):
    for name in ("one", "other"):
        nbformat.write(small(), work / f"{name}.ipynb")
    room.open("one.ipynb")
    room.choose("torch")
    room.open("other.ipynb")
    assert room.shown() == TORCH
    room.__init__(room.page, lab)
    room.open("one.ipynb")
    room.wait_for("torch")
    assert room.shown() == TORCH
    room.choose("both")


def test_a_copy_of_one_track_and_other_notebooks_have_no_switch(room, work):
    nbformat.write(filter_track(small(), "torch"), work / "track.ipynb")
    room.open("track.ipynb")
    assert room.shown() == room.order()
    assert not room.page.get_by_role("radiogroup").filter(visible=True).count()
    assert not room.page.locator(".tandem-columns").count()


def test_columns_hold_in_the_windowing_mode_full(room, work, lab):
    settings = work / ".tandem/config" / SETTINGS
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"windowingMode": "full"}')
    try:
        room.__init__(room.page, lab)
        room.open(NOTEBOOKS[-1])
        room.choose("both")
        nobody_overlaps(room.boxes())
        two_columns(room.cells(), room.boxes())
        # A change of the setting reaches open notebooks in the same way.
        mode = f"{room.CONTENT}.notebookConfig.windowingMode"
        room.page.evaluate(
            f"{room.CONTENT}.notebookConfig = {{"
            f" ...{room.CONTENT}.notebookConfig, windowingMode: 'full' }}"
        )
        room.page.wait_for_function(f"{mode} !== 'full'")
        two_columns(room.cells(), room.boxes())
    finally:
        settings.unlink()


@pytest.mark.parametrize(
    ("file", "answer"),
    [
        ("remoteEntry.js", {"status": 404, "body": ""}),
        ("columns.js", {"content_type": "text/javascript", "body": "throw 'drill'"}),
    ],
    ids=["missing", "throwing"],
)
def test_lab_works_when_the_extension_is_broken(page, lab, work, file, answer):
    nbformat.write(small(), work / "broken.ipynb")
    page.route(f"**/tandem-course/static/{file}", lambda route: route.fulfill(**answer))
    notebook = Notebook(page, lab, "broken.ipynb")
    assert not page.get_by_role("radio").count()
    notebook.run_all()
    printed = notebook.cells()[-1]["outputs"][0]["text"]
    code = [cell["id"] for cell in small().cells if cell["cell_type"] == "code"]
    assert "".join(printed).split() == code[1:-1]
