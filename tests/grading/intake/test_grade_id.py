"""The ids that tell our graded cells: what is ours, and what is another author's."""

import pytest

from grader.common.grade_id import GradeId, check_id, solution_id
from grader.exercises import catalogue


def test_the_id_of_every_exercise_reads_back_as_itself():
    for lesson in catalogue.lessons():
        for exercise in catalogue.exercises(lesson):
            for half in exercise.halves():
                grade_id = GradeId(exercise.id, half)
                assert GradeId.parse(str(grade_id)) == grade_id
                assert grade_id.name == exercise.name
                assert check_id(solution_id(str(grade_id))) == str(grade_id)


def test_an_id_is_written_as_nbgrader_has_it():
    assert str(GradeId("autograd.hvp", "torch")) == "autograd-hvp-torch"
    assert str(GradeId("defaults.momentum", None)) == "defaults-momentum-numpy"
    assert solution_id("autograd-hvp-torch") == "autograd-hvp-torch-solution"


@pytest.mark.parametrize(
    "foreign",
    [
        *("", "cell-1", "quiz-one", "autograd-hvp", "autograd-hvp-jax", "torch"),
        *("autograd-hvp-torch-solution", "a-b-c-torch", "a.b-c-torch", "hvp-torch"),
        "autograd-locked-1",
    ],
)
def test_another_authors_id_is_none_of_ours(foreign):
    assert GradeId.parse(foreign) is None
