"""Settings for all tests; one JupyterLab and one Chromium for those that need them."""

import os

import pytest
from hypothesis import settings

from grader.copy.learners_copy import start
from tests.browser.lab import CHROMIUM, QUIET, SHOTS, running_lab

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser):
    parser.addoption(
        "--whole-class",
        action="store_true",
        help="all exercises, and each road for all, not one learner of each kind",
    )


@pytest.fixture(scope="session")
def exercises(request):
    """Those of the class's assignment; None for all."""
    from tests.classes.classroom import FEW

    return None if request.config.getoption("whole_class") else FEW


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """A learner's copy of the course."""
    folder = tmp_path_factory.mktemp("learner")
    start(folder)
    return folder


@pytest.fixture(scope="session")
def lab(work):
    """The address of ``course lab`` on ``work``."""
    with running_lab(work) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    assert CHROMIUM, "these tests need Chromium: install it, or leave out -m browser"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, request):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    before = request.session.testsfailed
    yield page
    if request.session.testsfailed > before or "TANDEM_SHOTS" in os.environ:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{request.node.name}.png")
    page.close()
