"""Marks as CSV that any spreadsheet reads as it was meant."""

import csv
import re
from collections.abc import Iterable

from nbgrader.api import Assignment, Gradebook, Student
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from grader.grading.report.standing import submitted, total

# What some program takes for the end of a cell, whatever this file's own separator is.
SEPARATORS = r"[,;|:\t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]"
# What programs leave out before they look at a cell.
IGNORED = (
    r"[\s\"\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
)
# With wide, small and raised forms of the four, and the minus sign of typesetting.
FORMULA_STARTS = "[" + re.escape("=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−") + "]"
FORMULA = re.compile(f"(^|{SEPARATORS})({IGNORED})(?={FORMULA_STARTS})")
COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name"),
    *("email", "raw_score", "late_submission_penalty", "score", "max_score"),
)


def write_csv(
    path: str, columns: Iterable[str], rows: Iterable[dict[str, object]]
) -> None:
    """Rows as UTF-8 CSV, quoted where needed; no text can act as a formula."""
    with open(
        path, "w", newline="", encoding="utf-8", errors="backslashreplace"
    ) as file:
        writer = csv.writer(file)
        writer.writerow([_inert(column) for column in columns])
        for row in rows:
            writer.writerow([_inert(value) for value in row.values()])


def _inert(value: object) -> object:
    """A spreadsheet runs text that starts like a formula; an apostrophe stops it.

    Numbers are ours and stay as they are.
    """
    if isinstance(value, str):
        return FORMULA.sub(r"\1\2'", value)
    return "" if value is None else value


class QuotedCsv(ExportPlugin):
    """``nbgrader export`` with the columns of nbgrader's own, and proper quoting."""

    to = Unicode("grades.csv", help="The file to write.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades that were asked for, by assignment and learner."""
        self.log.info("Exporting grades to %s", self.to)
        rows = [
            self._row(gradebook, assignment, student)
            for assignment in gradebook.assignments
            if not self.assignment or assignment.name in map(str, self.assignment)
            for student in gradebook.students
            if not self.student or student.id in map(str, self.student)
        ]
        write_csv(self.to or "grades.csv", COLUMNS, rows)

    def _row(
        self, gradebook: Gradebook, assignment: Assignment, student: Student
    ) -> dict[str, object]:
        row: dict[str, object] = dict.fromkeys(COLUMNS, "") | {
            "assignment": assignment.name,
            "duedate": assignment.duedate,
            "student_id": student.id,
            "last_name": student.last_name,
            "first_name": student.first_name,
            "email": student.email,
            "max_score": assignment.max_score,
        }
        points = total(submitted(gradebook, assignment.name, student.id))
        return row | {
            "timestamp": points.timestamp,
            "raw_score": points.raw,
            "late_submission_penalty": points.penalty,
            "score": points.score,
        }
