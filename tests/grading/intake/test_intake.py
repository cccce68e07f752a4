"""Everything that arrives is read, mended with a note, or put aside with a reason."""

import io
import json
import os
import stat
import tracemalloc
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from grader.grading.intake import archive, arrivals, notebook_file
from grader.grading.intake import submission as submissions
from grader.grading.intake.notebook_file import grade_ids, read_notebook
from grader.grading.intake.notebook_format import Unreadable
from grader.grading.intake.submission import Arrival
from tests.classes import toy_course as toy

IDS = grade_ids(toy.source_notebook())


def scanned(course):
    found = arrivals.scan(course / "submitted", toy.released())
    return {submission.learner: submission for submission in found}


@pytest.fixture
def text():
    notebook = toy.submission(double="# Größe\ndef double(x):\n    return 2 * x")
    return json.dumps(notebook, ensure_ascii=False)


def cells(text, number):
    """The notebook with so many more cells."""
    data = json.loads(text)
    data["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": ""}] * number
    return json.dumps(data)


def read(tmp_path, content: bytes):
    path = tmp_path / "notebook.ipynb"
    path.write_bytes(content)
    return read_notebook(path)


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("latin-1", "was not UTF-8; read as Latin-1"),
        ("utf-8-sig", "was encoded as UTF-8-SIG; read as such"),
        ("utf-16", "was encoded as UTF-16; read as such"),
    ],
)
def test_encodings_are_read(tmp_path, text, encoding, note):
    content = read(tmp_path, text.encode(encoding))
    assert content.notes == ([note] if note else [])
    assert content.notebook.cells[2].source.startswith("# Größe\n")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: "", "is empty"),
        (lambda text: "hello", "is not JSON (line 1, column 1: Expecting value)"),
        (lambda text: text[: len(text) // 2], "ends too early"),
        (lambda text: text[:-1], "ends too early"),
        (lambda text: "<!DOCTYPE html><p>", "is a web page or XML"),
        (lambda text: "[1, 2]", "is JSON, but no notebook"),
        (lambda text: '{"nbformat": "4"}', "is JSON, but no notebook"),
        (lambda text: '{"nbformat": 4}', "is a damaged notebook"),
        (lambda text: '{"nbformat": 9, "cells": []}', "has notebook format 9"),
        (lambda text: '{"nbformat": 4, "cells": 7}', "is a damaged notebook"),
        (lambda text: text.replace('"source"', '"sauce"'), "is a damaged notebook"),
        (lambda text: "[" * 100_000, "is not JSON that can be read"),
        (lambda text: "[" + "[]," * 1_000_000 + "0]", "has more than 1,000,000 parts"),
        (lambda text: cells(text, 3000), "has 3,006 cells; at most 2,000"),
    ],
)
def test_damage_has_its_reason(tmp_path, text, damage, reason):
    with pytest.raises(Unreadable) as caught:
        read(tmp_path, damage(text).encode())
    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


def test_too_large_is_refused_before_it_is_read(tmp_path, text, monkeypatch):
    monkeypatch.setattr(notebook_file, "MAX_SIZE", 100)
    with pytest.raises(Unreadable, match="is too large"):
        read(tmp_path, text.encode())


def test_format_3_is_upgraded(tmp_path, text):
    old = nbformat.convert(nbformat.reads(text, as_version=4), 3)
    content = read(tmp_path, nbformat.writes(old, version=3).encode())
    assert content.notes == ["had notebook format 3; upgraded"]
    assert content.notebook.nbformat == 4
    assert grade_ids(content.notebook) == IDS


def test_damaged_outputs_do_not_matter(tmp_path, text):
    data = json.loads(text)
    data["cells"][2]["outputs"] = [{"output_type": "nonsense"}]
    assert read(tmp_path, json.dumps(data).encode()).notebook.cells[2].outputs == []


def test_huge_attachments_are_left_aside(tmp_path, text):
    data = json.loads(text)
    data["cells"][0]["attachments"] = {"a.png": {"image/png": "A" * 6 * 2**20}}
    content = read(tmp_path, json.dumps(data).encode())
    assert content.notes == ["its attachments (6 MiB) were left aside"]
    assert "attachments" not in content.notebook.cells[0]


def test_source_as_lines_is_joined(tmp_path, text):
    data = json.loads(text)
    data["cells"][2]["source"] = ["a = 1\n", "b = 2"]
    cell = read(tmp_path, json.dumps(data).encode()).notebook.cells[2]
    assert cell.source == "a = 1\nb = 2"


def test_each_arrival_is_accounted_for(tmp_path):
    toy.submit(tmp_path, "plain", toy.submission())
    renamed = toy.submit(tmp_path, "renamed", toy.submission())
    renamed.rename(renamed.with_name("copy (1).ipynb"))
    two = toy.submit(tmp_path, "two", toy.submission(**toy.RIGHT))
    other = toy.submission(double="def double(x):\n    return x")
    nbformat.write(other, two.parent / "b.ipynb")
    two.rename(two.with_name("a.ipynb"))
    spare = toy.submit(tmp_path, "spare", toy.submission())
    (spare.parent / "old.ipynb").write_text("anything")
    other = toy.submit(tmp_path, "other", toy.submission())
    other.write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
    )
    other.rename(other.with_name("essay.ipynb"))
    toy.submit(tmp_path, "damaged", toy.submission()).write_text("hello")
    toy.submit(tmp_path, "empty", toy.submission()).unlink()
    toy.submit(tmp_path, "gl[o]b", toy.submission())
    (tmp_path / "submitted" / "absent").mkdir()
    (tmp_path / "submitted" / "beside").mkdir()
    (tmp_path / "submitted" / "beside" / "x.ipynb").write_text("{}")
    (tmp_path / "submitted" / "all.zip").write_bytes(b"PK")
    found = scanned(tmp_path)
    assert {learner: str(one.arrival) for learner, one in found.items()} == {
        "plain": "accepted",
        "renamed": "accepted",
        "spare": "accepted",
        "two": "quarantined",
        "other": "quarantined",
        "damaged": "quarantined",
        "gl[o]b": "quarantined",
        "beside": "quarantined",
        "all.zip": "quarantined",
        "empty": "missing",
        "absent": "missing",
    }
    assert found["plain"].notes == []
    assert found["renamed"].notes == ["found as copy (1).ipynb"]
    assert found["spare"].notes == ["left aside: old.ipynb"]
    assert "a.ipynb, b.ipynb" in found["two"].reason
    assert "none of the assignment's cells" in found["other"].reason
    for submission in found.values():
        assert submission.reason or submission.arrival is Arrival.ACCEPTED


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = toy.submit(tmp_path, "victim", toy.submission(**toy.RIGHT))
    link = toy.submit(tmp_path, "thief", toy.submission())
    link.unlink()
    link.symlink_to(secret)
    assert scanned(tmp_path)["thief"].arrival is Arrival.QUARANTINED


def test_a_notebook_without_ids_is_noted(tmp_path):
    notebook = toy.submission()
    notebook.cells = [new_code_cell("x = 1")]
    toy.submit(tmp_path, "rebuilt", notebook)
    submission = scanned(tmp_path)["rebuilt"]
    assert submission.arrival is Arrival.ACCEPTED
    assert "none of its cells was recognised" in submission.doubts[0]


def test_staging_copies_and_leaves_the_original(tmp_path, monkeypatch):
    path = toy.submit(tmp_path, "ann", toy.submission())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    before = path.read_bytes()
    (path.parent / "data.csv").write_text("1,2")
    (path.parent / "huge.bin").write_bytes(b"0" * 2000)
    (path.parent / "timestamp.txt").write_text("yesterday, about noon")
    (path.parent / "spare.ipynb").write_text("{}")
    monkeypatch.setattr(submissions, "MAX_EXTRA", 1000)
    submission = scanned(tmp_path)["ann"]
    staging = tmp_path / "staging"
    toy.stage(submission, staging)
    target = staging / "ann" / toy.ASSIGNMENT
    names = {p.name for p in target.iterdir()}
    assert names == {f"{toy.NAME}.ipynb", "data.csv"}
    staged = nbformat.read(target / f"{toy.NAME}.ipynb", as_version=4)
    assert staged.metadata.tandem.submitted == submission.digest
    assert path.read_bytes() == before
    assert "timestamp.txt holds no time and was left aside" in submission.notes
    assert "too large, and left aside: huge.bin" in submission.notes
    assert "came along: data.csv" in submission.notes


def test_a_valid_timestamp_is_staged(tmp_path):
    path = toy.submit(tmp_path, "ann", toy.submission())
    (path.parent / "timestamp.txt").write_text("2026-01-31 12:00:00 UTC")
    submission = scanned(tmp_path)["ann"]
    toy.stage(submission, tmp_path / "staging")
    staged = tmp_path / "staging" / "ann" / toy.ASSIGNMENT / "timestamp.txt"
    assert staged.read_text() == "2026-01-31 12:00:00 UTC"
    assert submission.notes == []


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    """A zip file of names with contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def link():
    info = zipfile.ZipInfo("n.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def upload(tmp_path, raw):
    folder = tmp_path / "submitted" / "ann" / toy.ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "submission.zip").write_bytes(raw)
    return scanned(tmp_path)["ann"]


def test_the_one_notebook_in_a_zip_counts(tmp_path, text):
    droppings = ("__MACOSX/._n.ipynb", "x"), ("a/.ipynb_checkpoints/n.ipynb", "x")
    raw = zipped(("a/n.ipynb", text), ("a/data.csv", "1"), *droppings)
    submission = upload(tmp_path, raw)
    assert submission.arrival is Arrival.ACCEPTED
    assert submission.notes == [
        "found as submission.zip",
        "a/n.ipynb in it",
        "left aside in the zip: a/data.csv",
    ]
    path = toy.stage(submission, tmp_path / "staging")
    assert grade_ids(nbformat.read(path, as_version=4)) == IDS
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([], "holds no notebook"),
        ([("a.ipynb", "{}"), ("b.ipynb", "")], "b.ipynb is empty"),
        ([("../../n.ipynb", "{}")], "leads out of it (../../n.ipynb)"),
        ([("n.ipynb", "{}"), ("a/../../x", "")], "leads out of it (a/../../x)"),
        ([("/etc/n.ipynb", "{}")], "an absolute name (/etc/n.ipynb)"),
        ([("C:\\n.ipynb", "{}")], "an absolute name"),
        ([("..\\n.ipynb", "{}")], "leads out of it"),
        ([(link(), "/etc/passwd")], "a link or a special file (n.ipynb)"),
        ([("n.ipynb", b" " * 30 * 2**20)], "a zip bomb"),
        ([("n.ipynb", "{}"), ("x", b" " * 90 * 2**20)], "a zip bomb"),
        ([("n.ipynb", "{")], "ends too early"),
        ([("n.ipynb", "{}"), *((str(n), "") for n in range(1000))], "1,000 files"),
    ],
)
def test_a_zip_is_refused_with_its_reason(tmp_path, members, reason):
    submission = upload(tmp_path, zipped(*members))
    assert submission.arrival is Arrival.QUARANTINED
    assert reason in submission.reason
    assert not (tmp_path.parent / "n.ipynb").exists()


def test_a_large_notebook_in_a_zip_is_read_up_to_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_SIZE", 1000)
    submission = upload(tmp_path, zipped(("n.ipynb", os.urandom(2000))))
    assert "holds a notebook that is too large" in submission.reason


def nameless(raw):
    """The zip file of one member ``x``: what was its name is a field of it now."""
    for at in (raw.index(b"PK\x03\x04") + 26, raw.index(b"PK\x01\x02") + 28):
        raw = raw[:at] + b"\0\0\1\0" + raw[at + 4 :]
    return raw


def damaged(raw):
    """The zip file with nothing right in what it has packed."""
    at = raw.index(b"n.ipynb") + 7
    return raw[:at] + bytes(byte ^ 0x55 for byte in raw[at : at + 60]) + raw[at + 60 :]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, 8])
def test_a_damaged_member_has_its_reason(tmp_path, text, method):
    raw = damaged(zipped(("n.ipynb", text), method=method))
    reason = upload(tmp_path, raw).reason
    assert reason.startswith("n.ipynb is a damaged zip file"), reason


def test_a_member_without_a_name_has_its_reason(tmp_path):
    raw = nameless(zipped(("x", "{}"), method=zipfile.ZIP_STORED))
    assert upload(tmp_path, raw).reason == (
        "submission.zip holds a file without a name"
    )


@pytest.mark.parametrize("damage", [b"PK", b"", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_zip_has_its_reason(tmp_path, damage):
    assert upload(tmp_path, damage).arrival is Arrival.QUARANTINED


def test_odd_things_in_a_folder(tmp_path):
    home = toy.submit(tmp_path, "ann", toy.submission()).parent
    (home / "link.csv").symlink_to("/etc/passwd")
    (home / "folder").symlink_to("/etc")
    os.mkfifo(home / "pipe.ipynb")
    (home / ".ipynb_checkpoints").mkdir()
    (home / ".ipynb_checkpoints" / "x.ipynb").write_text("{}")
    (home / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    submission = scanned(tmp_path)["ann"]
    assert submission.notes == [
        "left aside: folder, link.csv, pipe.ipynb",
        "came along: caf\\udce9.txt",
    ]
    toy.stage(submission, tmp_path / "staging")
    names = {p.name for p in (tmp_path / "staging" / "ann" / toy.ASSIGNMENT).iterdir()}
    assert names == {f"{toy.NAME}.ipynb", os.fsdecode(b"caf\xe9.txt")}


def test_odd_folders(tmp_path):
    toy.submit(tmp_path, "ann", toy.submission(**toy.RIGHT))
    submitted = tmp_path / "submitted"
    (submitted / "bob").symlink_to("ann")
    (submitted / "cy").mkdir()
    (submitted / "cy" / toy.ASSIGNMENT).symlink_to(submitted / "ann" / toy.ASSIGNMENT)
    toy.submit(tmp_path, os.fsdecode(b"d\xe9"), toy.submission())
    toy.submit(tmp_path, "e\nf", toy.submission())
    many = toy.submit(tmp_path, "many", toy.submission())
    for number in range(1001):
        (many.parent / f"{number}.txt").touch()
    essay = toy.submit(tmp_path, "essay", toy.submission())
    essay.rename(essay.with_name("essay.docx"))
    found = scanned(tmp_path)
    reasons = {learner: one.reason for learner, one in found.items() if one.reason}
    assert reasons == {
        "bob": "bob is a symbolic link, which is not followed",
        "cy": "01_toy is a symbolic link, which is not followed",
        "d\\udce9": "the folder's name is no readable text; rename it",
        "e\\nf": "the folder's name is no readable text; rename it",
        "many": "the folder holds more than 1,000 files",
        "essay": "no notebook in essay/01_toy, but essay.docx",
    }
    assert found["ann"].arrival is Arrival.ACCEPTED


def test_what_was_changed_after_the_scan_is_not_staged(tmp_path):
    path = toy.submit(tmp_path, "ann", toy.submission())
    submission = scanned(tmp_path)["ann"]
    toy.submit(tmp_path, "ann", toy.submission(**toy.RIGHT))
    with pytest.raises(Unreadable, match="was changed while"):
        toy.stage(submission, tmp_path / "staging")
    path.unlink()
    with pytest.raises(FileNotFoundError):
        toy.stage(submission, tmp_path / "staging")


def test_memory_stays_bounded(tmp_path, monkeypatch):
    """The costliest JSON of the largest size: short strings, each its own object.

    A fifth of the true size: tracing each object takes ten times as long as reading.
    """
    monkeypatch.setattr(notebook_file, "MAX_SIZE", notebook_file.MAX_SIZE // 5)
    strings = ",".join(f'"{n:x}"' for n in range(16**5, 16**5 + 440_000))
    text = f'{{"nbformat": 4, "cells": [], "metadata": {{"x": [{strings}]}}}}'
    assert 0.8 * notebook_file.MAX_SIZE < len(text) < notebook_file.MAX_SIZE
    raw = text.encode()
    del text, strings
    tracemalloc.start()
    read(tmp_path, raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * notebook_file.MAX_SIZE
