"""nbgrader's settings for a course, which its ``nbgrader_config.py`` asks for.

The preprocessors run a submission as ``course grade`` does: cells restored first,
answers judged outside the kernel afterwards. nbgrader's metadata needs no check: it is
the gradebook's, and a kernel can't change it.
"""

import os
import shutil
import sys
from pathlib import Path

import nbgrader
from traitlets.config import Config


def configure(c: Config, root: Path) -> None:
    """Fill in the settings of the course whose folder is ``root``."""
    if not shutil.which("alembic"):
        # nbgrader calls it by name, which fails in an environment not activated.
        beside_python = str(Path(sys.executable).parent)
        os.environ["PATH"] = beside_python + os.pathsep + os.environ.get("PATH", "")

    c.CourseDirectory.root = str(root)
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "exercises"
    # Several processes may write at once: wait for the lock instead of giving up.
    c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}?timeout=60"

    # What a learner finds in place of a solution.
    c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
    # nbgrader's own list, but for the one that writes to the gradebook.
    c.GenerateAssignment.preprocessors = [
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "nbgrader.preprocessors.LockCells",
        "nbgrader.preprocessors.ClearSolutions",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "grader.grading.plugins.save_cells.SaveCellsAtOnce",
        "nbgrader.preprocessors.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.Autograde.sanitize_preprocessors = [
        "grader.grading.plugins.sanitize.ValidForm",
        "nbgrader.preprocessors.ClearOutput",
        "grader.grading.plugins.own_kernelspec.OwnKernelspec",
        "grader.grading.plugins.sanitize.RestoreCells",
    ]
    c.Autograde.autograde_preprocessors = [
        "grader.grading.plugins.execute_and_judge.ExecuteAndJudge",
        "grader.grading.plugins.neutral_paths.NeutralPaths",
        "nbgrader.preprocessors.IgnorePattern",
        "nbgrader.preprocessors.LimitOutput",
        "grader.grading.plugins.execute_and_judge.SaveVerdicts",
        "nbgrader.preprocessors.AssignLatePenalties",
        "grader.grading.plugins.execute_and_judge.MarkRecorded",
    ]
    # Scripts in a submission must not run in the browser of whoever looks at it.
    c.HTMLExporter.default_preprocessors = []
    c.HTMLExporter.preprocessors = ["grader.grading.plugins.inert.Inert"]
    c.HTMLExporter.filters = {
        "markdown2html": "grader.grading.plugins.inert.markdown2html",
        "highlight_code": "grader.grading.plugins.inert.highlight_code",
        "ansi2html": "grader.grading.plugins.inert.ansi2html",
        "clean_html": "grader.grading.plugins.inert.clean_html",
        "strip_files_prefix": "grader.grading.plugins.inert.strip_files_prefix",
    }
    # nbgrader's own list, and a note of the marks that a page shows.
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
        "grader.grading.plugins.shown.NoteShown",
    ]
    c.GenerateFeedback.exporter_class = (
        "grader.grading.plugins.feedback_page.FeedbackExporter"
    )
    # Before nbgrader's own templates: its pages work without a network.
    c.HTMLExporter.extra_template_basedirs = [
        str(Path(__file__).parents[1] / "templates"),
        str(Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"),
    ]
    # No text of a submission steers the terminal that a log is printed on.
    c.Application.logging_config = {
        "filters": {"printable": {"()": "grader.common.printable.Printable"}},
        "handlers": {"console": {"filters": ["printable"]}},
    }
    # Nobody hands in under another's name: nbgrader's own collector only warns.
    c.ExchangeFactory.collect = "grader.grading.plugins.collect.OwnedCollect"
    c.ExportApp.plugin_class = "grader.grading.plugins.export.QuotedCsv"
