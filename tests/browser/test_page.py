"""The page with three runtimes, in Chromium: values, drawing, memory, what lacks."""

import contextlib
import io
import json
import re
import shutil

import nbformat
import numpy as np
import pytest

from grader.production.web import write_digits, write_tfjs
from grader.production.web.local_server import serve
from tests.browser.lab import Notebook

pytestmark = pytest.mark.browser

NAMES = ["TensorFlow.js", "ONNX Runtime Web", "LiteRT.js"]
READY = "body[data-state=ready]"
ROWS = "#runtimes tbody tr"
# A seven, as a pen draws it: columns and rows of its corners, in cells.
SEVEN = [(2.2, 0.7), (5.6, 0.7), (4.8, 3), (4, 5), (3.6, 7.4)]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A folder with a trained model in all forms."""
    import keras
    import tensorflow as tf
    from sklearn.datasets import load_digits

    keras.utils.set_random_seed(0)
    x, y = load_digits(return_X_y=True)
    x = np.float32(x / 16).reshape(-1, 8, 8, 1)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same"),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    model.fit(x, y, epochs=15, batch_size=32, verbose=0)
    folder = tmp_path_factory.mktemp("site")
    write_tfjs(folder / "tfjs", model)
    write_digits(folder, x[:10], np.asarray(model(x[:10])))
    one = [keras.InputSpec(shape=(1, 8, 8, 1), dtype="float32")]
    with contextlib.redirect_stdout(io.StringIO()):
        model.export(folder / "model.onnx", format="onnx", verbose=False)
        saved = tmp_path_factory.mktemp("saved")
        model.export(saved, verbose=False, input_signature=one)
        lite = tf.lite.TFLiteConverter.from_saved_model(str(saved)).convert()
    (folder / "model.tflite").write_bytes(lite)
    return folder


@pytest.fixture
def without(site, tmp_path):
    """Copies the site, without some of its files, and gives the page's address."""

    def copy(*names):
        folder = tmp_path / "copy"
        shutil.copytree(site, folder)
        for name in names:
            (folder / name).unlink()
        return folder

    return copy


@pytest.fixture(scope="module")
def loaded(browser, site):
    """The page, when all is loaded; ``loaded.asked`` has what it has asked for."""
    page = browser.new_page(viewport={"width": 1200, "height": 1300})
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    open_page(page, site)
    yield page
    page.close()


@pytest.fixture
def opened(loaded):
    """The same, with nothing drawn."""
    loaded.click("#clear")
    return loaded


def open_page(page, folder):
    page.goto(serve(folder))
    page.wait_for_selector(READY, timeout=120_000)


def state(page):
    return page.locator(ROWS).evaluate_all("rows => rows.map(r => r.dataset.state)")


def said(page):
    """What each runtime answers, as a screen reader is told."""
    return dict(part.split(": ") for part in page.inner_text("#news").split(", "))


def everyone(answer):
    return dict.fromkeys(NAMES, str(answer))


def draw(page, corners):
    box = page.locator("#grid").bounding_box()
    cell = box["width"] / 8
    points = [(box["x"] + x * cell, box["y"] + y * cell) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def ink(page):
    """Percent of ink of each cell, by its words for a screen reader."""
    labels = page.locator("#grid [role=gridcell]").evaluate_all(
        "cells => cells.map(cell => cell.ariaLabel)"
    )
    return [int((re.search(r"(\d+) % ink$", label) or [0, 0])[1]) for label in labels]


def test_all_three_agree_with_the_notebooks_logits(opened):
    assert state(opened) == ["ready"] * 3
    differences = opened.locator(ROWS).evaluate_all(
        "rows => rows.map(row => Number(row.dataset.difference))"
    )
    assert len(differences) == 3 and all(0 < d < 1e-5 for d in differences)
    assert "10 stored digits" in opened.inner_text("#compared")
    assert not opened.is_visible("#trouble")


def test_times_are_ratios_to_the_shortest(opened):
    times = "#runtimes tbody td:nth-child(5)"
    texts = opened.locator(times).all_inner_texts()
    assert "the shortest" in texts
    for text in texts:
        assert re.fullmatch(r"the shortest|\d+\.\d times as long", text), text
    opened.locator(times).evaluate_all("cells => cells.map(c => c.textContent = '')")
    opened.click("#measure")
    opened.wait_for_function(
        "[...document.querySelectorAll('#runtimes tbody td:nth-child(5)')]"
        ".every(cell => cell.textContent)"
    )


def test_no_request_leaves_the_pages_own_server(opened):
    own = opened.url
    assert own.endswith("/") and len(opened.asked) > 10
    assert [url for url in opened.asked if not url.startswith(own)] == []
    refused = opened.evaluate(
        "fetch('http://localhost:1/').then(() => 'sent', error => String(error))"
    )
    assert refused == "TypeError: Failed to fetch"
    blocked = opened.evaluate(
        "new Promise(done => {"
        " document.addEventListener('securitypolicyviolation', "
        "  event => done(event.effectiveDirective));"
        " new Image().src = 'http://localhost:1/picture' })"
    )
    assert blocked == "img-src"


def test_a_stored_digit_shows_what_is_expected(opened, site):
    logits = json.loads((site / "digits.json").read_text())["logits"]
    for index in (3, 8):
        digit = int(np.argmax(logits[index]))
        opened.select_option("#stored", str(index))
        opened.wait_for_function(
            f"document.querySelectorAll('#answers tbody tr')[{digit}]"
            ".querySelectorAll('.top').length === 4"
        )
        assert said(opened) == everyone(digit)
        assert max(ink(opened)) > 80


def test_a_digit_drawn_by_mouse_is_classified(opened):
    draw(opened, SEVEN)
    opened.wait_for_function("document.querySelectorAll('#answers .top').length === 3")
    assert said(opened) == everyone(7)
    opened.click("#clear")
    opened.wait_for_function("document.querySelectorAll('#answers .top').length === 0")
    assert set(ink(opened)) == {0} and "Draw a digit" in opened.inner_text("#news")


def test_a_digit_drawn_by_finger_is_classified(browser, site):
    context = browser.new_context(
        has_touch=True, viewport={"width": 400, "height": 900}
    )
    page = context.new_page()
    open_page(page, site)
    box = page.locator("#grid").bounding_box()
    for row in range(8):
        page.touchscreen.tap(
            box["x"] + box["width"] * 0.5, box["y"] + box["height"] * (row + 0.5) / 8
        )
    page.wait_for_function("document.querySelectorAll('#answers .top').length === 3")
    assert said(page) == everyone(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    context.close()


def test_a_digit_drawn_by_keys_is_classified(opened):
    opened.locator('#grid [tabindex="0"]').focus()
    keyboard = opened.keyboard
    for key in ["ArrowUp", "ArrowLeft", *["ArrowRight"] * 3]:
        keyboard.press(key)  # the first two lead nowhere
    for _ in range(8):  # two columns of full ink
        for key in (" ", " ", "ArrowRight", " ", " ", "ArrowLeft", "ArrowDown"):
            keyboard.press(key)
    opened.wait_for_function("document.querySelectorAll('#answers .top').length === 3")
    assert ink(opened) == [0, 0, 0, 100, 100, 0, 0, 0] * 8
    assert said(opened) == everyone(1)
    keyboard.press(" ")
    assert ink(opened)[-5:] == [0, 100, 0, 0, 0]
    focused = opened.evaluate("document.activeElement.ariaLabel")
    assert focused == "row 8, column 4: no ink"
    assert opened.locator('#grid [tabindex="0"]').count() == 1


def test_the_forgotten_tensors_are_counted(opened):
    def count():
        return int(opened.get_attribute("#tensors", "data-count"))

    before = count()
    opened.click("#dispose")
    assert count() == before
    opened.click("#forget")
    opened.click("#forget")
    assert count() == before + 20
    assert opened.locator("#predicted li").all_inner_texts()[-1] == (
        f"10 answers forgotten: {before + 10} tensors before, {before + 20} after."
    )


@pytest.mark.parametrize(
    ("name", "index"),
    [("tfjs/model.json", 0), ("tfjs/weights.bin", 0), ("model.onnx", 1)],
)
def test_a_model_that_is_missing_is_named_and_the_others_run(
    name, index, page, without
):
    open_page(page, without(name))
    states = ["ready"] * 3
    states[index] = "missing"
    assert state(page) == states
    told = page.locator(ROWS).nth(index).inner_text()
    assert f"{name} is not in the folder. Run the cell" in told
    page.select_option("#stored", "0")
    page.wait_for_function("document.querySelectorAll('#answers .top').length === 3")


def test_an_empty_folder_and_a_damaged_file_are_named(page, tmp_path):
    (tmp_path / "model.onnx").write_text("no model")
    (tmp_path / "digits.json").write_text("{}")
    open_page(page, tmp_path)
    assert state(page) == ["missing", "failed", "missing"]
    assert page.inner_text("#news").startswith("None of the three runtimes can be used")
    told = page.inner_text("#runtimes")
    assert "model.onnx can't be used here, because: " in told
    assert "digits.json can't be used here, because: " in page.inner_text("#trouble")
    (tmp_path / "digits.json").unlink()
    page.reload()
    page.wait_for_selector(READY, timeout=120_000)
    assert "digits.json is not in the folder" in page.inner_text("#trouble")
    assert page.is_disabled("#forget") and page.is_disabled("#measure")


def test_a_batch_of_any_size_is_named_for_litert(page, without, site):
    import keras
    import tensorflow as tf

    folder = without()
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    (folder / "model.tflite").write_bytes(converter.convert())
    open_page(page, folder)
    assert state(page) == ["ready", "ready", "failed"]
    assert "Convert it with a batch of 1." in page.inner_text("#runtimes")


def test_a_model_with_its_channels_first_gets_them_first(page, without):
    import onnx
    from onnx import TensorProto, helper

    folder = without("tfjs/model.json", "model.tflite")
    rng = np.random.default_rng(0)
    x = rng.random((3, 8, 8, 1), np.float32)
    weights = rng.normal(size=(64, 10)).astype(np.float32)
    write_digits(folder, x, x.reshape(3, 64) @ weights)
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["y"]),
    ]
    ends = [("x", ["n", 1, 8, 8]), ("y", ["n", 10])]
    infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in ends]
    held = [onnx.numpy_helper.from_array(weights, "w")]
    graph = helper.make_graph(nodes, "first", infos[:1], infos[1:], held)
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    open_page(page, folder)
    row = page.locator(ROWS).nth(1)
    assert float(row.get_attribute("data-difference")) < 1e-5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_have_ink_and_text_that_stand_out(scheme, browser, site):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    open_page(page, site)
    colours = page.evaluate(
        "['backgroundColor', 'color'].map("
        "  name => getComputedStyle(document.documentElement)[name])"
    )
    paper, text = (int(re.search(r"\d+", colour)[0]) for colour in colours)
    assert abs(paper - text) > 200 and (paper > text) == (scheme == "light")
    context.close()


def test_in_the_courses_lab_jupyter_serves_the_page_in_a_frame(page, lab, work, site):
    shutil.copytree(site, work / "models")
    code = (
        "from pathlib import Path\n"
        "from grader.production.web import page\n"
        "page(Path('models'))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    notebook.metadata["kernelspec"] = {"name": "tandem", "display_name": "Tandem"}
    nbformat.write(notebook, work / "page.ipynb")
    opened = Notebook(page, lab, "page.ipynb")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")  # as in dark themes
    opened.run(0)
    frame = page.frame_locator(".jp-OutputArea iframe")
    frame.locator(READY).wait_for(timeout=120_000)
    address = page.locator(".jp-OutputArea iframe").get_attribute("src")
    assert address.startswith("/tandem/pages/")
    assert frame.locator('tr[data-state="ready"] th').all_inner_texts() == NAMES
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    with page.context.expect_page() as tab:
        page.get_by_text("Open the page in a tab of its own").click()
    tab.value.wait_for_selector(READY, timeout=120_000)
    assert tab.value.url == f"{lab}{address}"
    tab.value.close()
