"""Which version answers, and how a folder's versions come and go."""

import asyncio
import subprocess
import sys

import numpy as np
import pytest

from grader.production.serving import versions
from grader.production.serving.loaded import Loaded, ServingError, load
from grader.production.serving.numbered import numbers, publish
from grader.production.serving.versions import Canary, Versions, bucket, pick


def test_numbers_are_no_text(tmp_path):
    for name in ("9", "10", "tmp-3", "007", "0", ".2", "latest", "٣"):
        (tmp_path / name).mkdir()
    (tmp_path / "11").write_text("a file")
    assert numbers(tmp_path) == [9, 10]


def test_publish_never_changes_a_version(tmp_path):
    for name in ("new", "newer"):
        (tmp_path / name).mkdir()
    place = publish(tmp_path / "new", tmp_path / "digits", 1)
    assert place == tmp_path / "digits" / "1" and place.is_dir()
    with pytest.raises(FileExistsError, match="never changes"):
        publish(tmp_path / "newer", tmp_path / "digits", 1)


def test_the_newest_answers():
    assert pick([9, 10], "", None, "ann") == 10
    assert pick([], "", None, "ann") is None


def test_a_version_is_asked_for():
    trial = Canary(10, 100)
    assert pick([9, 10], "versions/9", trial, "ann") == 9
    assert pick([9, 10], "versions/8", trial, "ann") is None


def test_labels():
    trial = Canary(10, 0)
    assert pick([9, 10], "labels/stable", trial, "ann") == 9
    assert pick([9, 10], "labels/canary", trial, None) == 10
    assert pick([9, 10], "labels/canary", None, None) is None
    assert pick([9], "labels/canary", trial, None) is None
    assert pick([9, 10], "labels/other", None, None) is None


def test_a_canary_has_its_share_and_keeps_its_users():
    users = [f"user-{i}" for i in range(5000)]
    shares = [
        {u for u in users if pick([1, 2], "", Canary(2, percent), u) == 2}
        for percent in (0, 10, 50, 100)
    ]
    none, ten, half, everybody = shares
    assert not none and len(everybody) == 5000
    assert ten < half
    assert len(ten) == pytest.approx(500, abs=100)


def test_a_canary_needs_a_name_and_a_version_that_is_served():
    assert pick([1, 2], "", Canary(2, 100), None) == 1
    assert pick([1], "", Canary(2, 100), "ann") == 1
    assert pick([2], "", Canary(2, 0), "ann") is None


def test_a_bucket_is_the_same_in_each_process():
    program = (
        "from grader.production.serving.versions import bucket;print(bucket('Zoë'))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert int(told) == bucket("Zoë")


def fake(folder):
    if folder.name == "3":
        raise ServingError("broken")
    return Loaded(lambda rows: rows, 2)


def test_versions_follow_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(versions, "load", fake)

    async def within():
        model = Versions(tmp_path, keep=2, most=4, wait=0)
        seen = []
        for number in (1, 2, 3, 4):
            (tmp_path / str(number)).mkdir()
            await model.refresh()
            seen.append((set(model.served), set(model.failed)))
        (tmp_path / "3").rmdir()
        await model.refresh()
        seen.append((set(model.served), set(model.failed)))
        return seen

    assert asyncio.run(within()) == [
        ({1}, set()),
        ({1, 2}, set()),
        ({1, 2}, {3}),  # what is broken takes nobody's place
        ({2, 4}, {3}),
        ({2, 4}, set()),
    ]


def test_a_folder_without_a_model_says_so(tmp_path):
    with pytest.raises(ServingError, match=r"neither saved_model\.pb nor model\.pt2"):
        load(tmp_path)


def test_a_torch_program_is_loaded(tmp_path):
    torch = pytest.importorskip("torch")
    layer = torch.nn.Linear(3, 2)
    batch = ({0: torch.export.Dim("batch")},)
    program = torch.export.export(layer, (torch.zeros(2, 3),), dynamic_shapes=batch)
    torch.export.save(program, tmp_path / "model.pt2")
    loaded = load(tmp_path)
    x = np.ones((5, 3), np.float32)
    assert loaded.width == 3
    assert np.allclose(loaded.predict(x), layer(torch.ones(5, 3)).detach(), atol=1e-6)


def test_a_program_of_a_fixed_batch_is_refused(tmp_path):
    torch = pytest.importorskip("torch")
    program = torch.export.export(torch.nn.Linear(3, 2), (torch.zeros(2, 3),))
    torch.export.save(program, tmp_path / "model.pt2")
    with pytest.raises(ServingError, match="any number"):
        load(tmp_path)
