"""The page's way to a browser: by Jupyter's server, or by the kernel itself."""

import json
import urllib.error
import urllib.request

import numpy as np
import pytest

from grader.common.errors import CourseError
from grader.production.web import page, registry, showing, write_digits
from grader.production.web.local_server import serve

X = np.arange(128, dtype=np.float32).reshape(2, 8, 8, 1)
LOGITS = np.linspace(-1, 1, 20, dtype=np.float32).reshape(2, 10)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed."""
    for name in (registry.FOLDER, registry.ADDRESS):
        monkeypatch.delenv(name, raising=False)
    displayed = []
    monkeypatch.setattr(showing, "display", displayed.append)
    return displayed


def status(address, **options):
    try:
        request = urllib.request.Request(address, **options)
        return urllib.request.urlopen(request, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code


def test_digits_are_written_to_the_last_bit(tmp_path):
    write_digits(tmp_path / "new", X, LOGITS)
    told = json.loads((tmp_path / "new/digits.json").read_text())
    assert np.array_equal(np.float32(told["inputs"]), X.reshape(2, 64))
    assert np.array_equal(np.float32(told["logits"]), LOGITS)


@pytest.mark.parametrize(
    ("x", "logits", "told"),
    [
        (X.reshape(2, 1, 8, 8), LOGITS, r"these have \(2, 1, 8, 8\) and \(2, 10\)"),
        (X, LOGITS[:1], r"these have \(2, 8, 8, 1\) and \(1, 10\)"),
        (X[:0], LOGITS[:0], "with n at least 1"),
        (X, LOGITS * np.inf, "hold NaN or infinity"),
    ],
)
def test_other_digits_are_refused(x, logits, told, tmp_path):
    with pytest.raises(CourseError, match=told):
        write_digits(tmp_path, x, logits)


def test_elsewhere_the_kernel_serves_the_page_and_says_so(shown, tmp_path):
    write_digits(tmp_path, X, LOGITS)
    page(tmp_path)
    page(tmp_path)
    [first, second] = shown
    assert first == second  # one server for a folder
    assert first.address.startswith("http://127.0.0.1:")
    assert "course lab" in repr(first) and "course lab" in first._repr_html_()
    for name in ("", "page.js", "vendor/manifest.json", "models/digits.json"):
        with urllib.request.urlopen(first.address + name, timeout=5) as answer:
            assert "Content-Security-Policy" in answer.headers
            assert int(answer.headers["Content-Length"]) == len(answer.read())


def test_the_kernels_server_gives_nothing_else(tmp_path):
    address = serve(tmp_path)
    assert status(address + "models/digits.json") == 404
    assert status(address + "../../../etc/passwd") == 404
    assert status(address, method="POST", data=b"") == 501
    root, secret = address.rstrip("/").rsplit("/", 1)
    assert status(f"{root}/") == status(f"{root}/{secret[:-1]}/") == 404


def test_under_the_courses_server_a_kernel_registers_the_folder(
    shown, tmp_path, monkeypatch
):
    records, models = tmp_path / "records", tmp_path / "modèles"
    records.mkdir()
    models.mkdir()
    monkeypatch.setenv(registry.FOLDER, str(records))
    monkeypatch.setenv(registry.ADDRESS, "/user/ann/tandem/pages/")
    page(models)
    [opened] = shown
    assert opened.note == "" and repr(opened) == f"The page: {opened.address}"
    key = opened.address.removeprefix("/user/ann/tandem/pages/").removesuffix("/")
    assert registry.registered(records, key) == models
    assert opened._repr_html_().count(f'"{opened.address}"') == 2
    for other in ("0" * 32, f"../records/{key}", key.upper(), ""):
        assert registry.registered(records, other) is None


def test_a_server_that_has_ended_is_no_server(shown, tmp_path, monkeypatch):
    monkeypatch.setenv(registry.FOLDER, str(tmp_path / "gone"))
    monkeypatch.setenv(registry.ADDRESS, "/tandem/pages/")
    assert registry.register(tmp_path) is None


def test_a_folder_that_is_not_there_is_named(shown, tmp_path):
    with pytest.raises(CourseError, match=r"there is no folder .*nowhere; write the"):
        page(tmp_path / "nowhere")
    assert shown == []
