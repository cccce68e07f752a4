"""Whatever goes wrong in grading, nobody loses a mark: the drills, one test each."""

import pytest

from tests.faults import Drill, all_drills
from tests.faults.bench import Skipped, workshop

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("drill", all_drills(), ids=lambda drill: drill.name)
def test_nobody_is_harmed(drill: Drill) -> None:
    with workshop() as folder:
        try:
            drill.run(folder)
        except Skipped as reason:
            pytest.skip(str(reason))


def test_there_are_enough_drills():
    names = [drill.name for drill in all_drills()]
    assert len(set(names)) == len(names) >= 30
