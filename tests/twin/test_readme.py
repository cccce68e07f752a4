"""The README's examples run and show what the text says."""

import contextlib
import io
import re
from pathlib import Path

import keras
import pytest
import torch
from torch import nn

README = Path(__file__).parents[2] / "twin/README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)


@pytest.fixture
def float32(float64):
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


def printed(code, names):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, names)
    return out.getvalue()


def test_the_two_minutes(float32):
    names = {}
    compare, train, audit = BLOCKS[:3]
    assert printed(compare, names).startswith("They differ first at 1 (BatchNorm2d")
    assert printed(train, names).startswith("They part in step 1: statistic 1.moving_m")
    assert names["pair"].compare(names["images"], training=True).equal
    first, *rest = printed(audit, names).splitlines()[2:]
    assert first.startswith("→ 1 ") and "momentum=0.99" in first
    assert any("loss" in line and "probabilities" in line for line in rest)


def test_the_rule():
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.gain = nn.Parameter(torch.rand(2, 3).double())

        def forward(self, x):
            return x @ self.gain

    class KerasScale(keras.layers.Layer):
        def build(self, shape):
            self.gain = self.add_weight(shape=(3, 2), name="gain")

        def call(self, x):
            return x @ keras.ops.transpose(self.gain)

    names = {"Scale": Scale, "KerasScale": KerasScale}
    printed(BLOCKS[3], names)
    from twin import Twin

    x = names["np"].ones((4, 2))
    pair = Twin(Scale(), keras.Sequential([KerasScale()]), x)
    pair.copy(to="keras")
    assert pair.compare(x).equal
    assert len(BLOCKS[3].split("@rule")[1].splitlines()) <= 5


def test_the_numbers_of_faults_and_of_aligned_pairs():
    from tests.twin import test_aligned, test_faults

    text = " ".join(README.read_text(encoding="utf-8").split())
    alone = [name for name in vars(test_faults) if name.startswith("test_")]
    several = len(test_faults.SETTINGS) + len(test_faults.TRAININGS)
    faults = several + len(alone) - 2 + 1  # one test holds two faults
    assert f"plant {faults} faults" in text
    assert f"{len(test_aligned.ALIGNED)} pairs that are written differently" in text
