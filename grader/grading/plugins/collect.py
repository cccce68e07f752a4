"""Collecting from nbgrader's exchange, where everyone may write under any name."""

import os
import pwd
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from grader.common.printable import one_line
from grader.grading.intake.submission import TIMESTAMP
from grader.grading.plugins.inbound import Refused, name_of, read

KILOBYTE = 1000  # nbgrader's


class OwnedCollect(ExchangeCollect):
    """nbgrader's collector, which takes from each folder what is its learner's alone.

    Any user can make a folder with another's name in ``inbound/``. One that another
    owns, or that holds a file of another's or a link, is not collected; the newest of
    the learner's own is, as if it were not there. No submission stops the others.

    ``ExchangeCollect.check_owner = False`` turns off the look at owners, for a system
    whose users are not the learners.
    """

    src_records: list[dict[str, Any]]
    inbound_path: str
    check_owner: bool

    def init_src(self) -> None:
        """Choose the newest folder of each learner among those that are in order."""
        self._refused: list[str] = []
        super().init_src()
        self.src_records = [one for one in self.src_records if "refused" not in one]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record = super()._path_to_record(path)
        except Exception:  # dateutil has many of them for what is no time
            record = {"filename": os.path.basename(path), "username": ""}
            return self._aside(record, "has no name that nbgrader submit gives")
        try:
            self._require_own(record, Path(path))
        except Refused as error:
            return self._aside(record, str(error))
        return record

    def _aside(self, record: dict[str, Any], why: str) -> dict[str, Any]:
        """The record as one of nobody's, so that it stands in no one's way."""
        claimed = record["username"]
        whose = f" (in the name of {one_line(claimed)})" if claimed else ""
        self.log.error(
            "Not collected: %s%s %s", one_line(record["filename"]), whose, why
        )
        nobody = object()
        return record | {"refused": why, "username": nobody, "timestamp": datetime.max}

    def _require_own(self, record: dict[str, Any], folder: Path) -> None:
        if not record["username"]:
            raise Refused("names no learner")
        read(folder, self._owner(record["username"], folder), self._most(), None)

    def _owner(self, learner: str, folder: Path) -> int | None:
        """The user id of a learner; None where owners are not looked at."""
        if not self.check_owner:
            return None
        try:
            return pwd.getpwnam(learner).pw_uid
        except KeyError as error:
            owner = name_of(folder.lstat().st_uid)
            raise Refused(
                f"belongs to {owner}, and no user here has the learner's name: where "
                "users are not the learners, set c.ExchangeCollect.check_owner = False"
            ) from error

    def _most(self) -> int:
        return KILOBYTE * self.coursedir.max_dir_size

    def copy_files(self) -> None:
        """Copy one learner's after the other's, each by nbgrader's own rules."""
        records, inbound = self.src_records, self.inbound_path
        check, self.check_owner = self.check_owner, False  # done, and the copy is ours
        try:
            if not records:
                super().copy_files()
            for record in records:
                self._copy(record, Path(inbound), check)
        finally:
            self.check_owner, self.inbound_path = check, inbound

    def _copy(self, record: dict[str, Any], inbound: Path, check: bool) -> None:
        learner, name = record["username"], record["filename"]
        owner = pwd.getpwnam(learner).pw_uid if check else None
        with tempfile.TemporaryDirectory() as private:
            copy = Path(private, name)
            try:
                read(inbound / name, owner, self._most(), copy)
            except Refused as error:
                self._aside(record, str(error))
                return
            # The system's word, not the owner's: when the folder last changed.
            self._stamp(record, copy, (inbound / name).lstat().st_ctime)
            self.src_records, self.inbound_path = [record], private
            super().copy_files()

    def _stamp(self, record: dict[str, Any], copy: Path, changed: float) -> None:
        """The time in the folder's name is the one that counts, in the copy as well."""
        told, path = record["timestamp"], copy / TIMESTAMP
        try:
            noted = parse_utc(path.read_text(encoding="utf-8").strip())
        except Exception:  # none, or as above
            noted = None
        if noted != told:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            path.write_text(f"{told:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")
        last = datetime.fromtimestamp(changed, UTC).replace(tzinfo=None)
        if self.duedate and told <= self.duedate < last:
            self.log.warning(
                "%s says that it was submitted at %s, before the due date, and was "
                "last changed at %s, after it (UTC)",
                *(one_line(record["filename"]), told, last),
            )
