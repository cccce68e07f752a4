"""nbgrader's converters, run so that what ended one is there as an exception."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass

from nbgrader.converters import NbGraderException
from nbgrader.converters.base import BaseConverter

FORMAT = logging.Formatter("[%(levelname)s] %(message)s")


@dataclass(frozen=True)
class Converted:
    """What came of a conversion.

    Attributes:
        error: what ended it; None where it was done.
        log: nbgrader's, for the instructor to read. Nothing is decided by it: texts of
            a submission stand in it.
    """

    error: Exception | None
    log: str

    @property
    def done(self) -> bool:
        """Whether nothing ended it."""
        return self.error is None


def keeping(converter: type[BaseConverter]) -> type[BaseConverter]:
    """``converter``, with what ended a conversion in ``ended_by``.

    BaseConverter logs an exception as text, and raises another one that does not say
    which it was.
    """

    class Keeping(converter):
        ended_by: Exception | None = None

        @contextmanager
        def _kept(self) -> Iterator[None]:
            try:
                yield
            except Exception as error:
                self.ended_by = error
                raise

        def init_destination(self, *names: str) -> bool:
            with self._kept():
                return super().init_destination(*names)

        def init_assignment(self, *names: str) -> None:
            with self._kept():
                super().init_assignment(*names)

        def convert_single_notebook(self, notebook_filename: str) -> None:
            with self._kept():
                super().convert_single_notebook(notebook_filename)

        def set_permissions(self, *names: str) -> None:
            with self._kept():
                super().set_permissions(*names)

    return Keeping


def convert(run: BaseConverter) -> Converted:
    """Run a converter made of a class from :func:`keeping`."""
    error = None
    with heard(run.log) as records:
        try:
            run.start()
        except Exception as raised:
            known = isinstance(raised, NbGraderException) and run.ended_by
            error = known or raised
    return Converted(error, "".join(f"{FORMAT.format(one)}\n" for one in records))


@contextmanager
def heard(*loggers: logging.Logger) -> Iterator[list[logging.LogRecord]]:
    """What this thread logs in the block; the others are at other work."""
    here = threading.get_ident()
    handler = _Keeping()
    handler.addFilter(lambda record: record.thread == here)
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.records
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _Keeping(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        # In words at once: what nbgrader's lines speak of, such as rows of the
        # gradebook, can't be asked any more when its session is closed.
        kept = copy(record)
        kept.msg, kept.args = record.getMessage(), ()
        self.records.append(kept)
