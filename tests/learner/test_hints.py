"""The hints that ``hint`` and ``check`` fold away in a notebook."""

from html.parser import HTMLParser

import pytest

from grader import check, hint
from grader.exercises import catalogue
from grader.learner import display, hints
from grader.learner.answering import answers
from grader.learner.answering.answers import GRADED_RUN
from grader.learner.check import NBGRADER_RUN, NotCorrect

EXERCISE = "defaults.share_left"
HINTS = catalogue.find(EXERCISE).hints


@pytest.fixture
def shown(monkeypatch):
    """The HTML of what is displayed."""
    pages = []

    def show_both(text: str, html: str, transient: object = None) -> None:
        pages.append(html)

    for module in (display, hints):
        monkeypatch.setattr(module, "show_both", show_both)
    return pages


class Folds(HTMLParser):
    """How many folds each text is inside of, and what the HTML is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth, self.depths = 0, {}
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.depth += tag == "details"

    def handle_endtag(self, tag):
        self.depth -= tag == "details"

    def handle_data(self, data):
        self.depths[data] = self.depth


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_a_notebook_folds_each_later_tier_into_the_one_before(tier, shown):
    hint(EXERCISE, tier)
    depths = Folds(shown[0]).depths
    assert [depths.get(text) for text in HINTS] == [
        None if number < tier else number - tier for number in (1, 2, 3)
    ]


def test_a_wrong_answer_offers_all_hints_folded(shown):
    with pytest.raises(NotCorrect):
        check(EXERCISE, lambda momentum, steps, convention: momentum)
    depths = Folds(shown[0]).depths
    assert [depths.get(text) for text in HINTS] == [1, 2, 3]


def test_a_right_answer_offers_none(shown):
    check(EXERCISE, catalogue.find(EXERCISE).reference)
    assert "<details" not in shown[0]


def test_no_hints_where_nbgrader_runs_the_notebook(shown, monkeypatch):
    monkeypatch.setenv(NBGRADER_RUN, "autograde")
    with pytest.raises(NotCorrect):
        check(EXERCISE, lambda momentum, steps, convention: momentum)
    assert "Hint 1" not in shown[0]


def test_no_hints_in_a_graded_run(shown, monkeypatch, capsys):
    monkeypatch.setenv(GRADED_RUN, "1")
    monkeypatch.setattr(answers, "_recorded", {})
    check(EXERCISE, lambda momentum, steps, convention: momentum)
    hint(EXERCISE)
    assert not shown
    assert "hints are not shown in a graded run" in capsys.readouterr().out


def test_folds_are_made_of_what_an_untrusted_notebook_keeps(shown):
    hint(EXERCISE)
    folds = Folds(shown[0])
    assert folds.tags == {"div", "strong", "pre", "details", "summary", "span"}
    assert folds.attributes == {"style"}
