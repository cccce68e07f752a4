"""nbgrader's converters, run so that what ended one is there as an exception."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

from nbgrader.converters import NbGraderException
from nbgrader.converters.base import BaseConverter


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
    with heard(run.log) as log:
        try:
            run.start()
        except Exception as error:
            known = isinstance(error, NbGraderException) and run.ended_by
            return Converted(known or error, log())
        return Converted(None, log())


@contextmanager
def heard(logger: logging.Logger) -> Iterator[Callable[[], str]]:
    """What is logged in the block by this thread; the others are at other work."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    here = threading.get_ident()
    handler.addFilter(lambda record: record.thread == here)
    logger.addHandler(handler)
    try:
        yield text.getvalue
    finally:
        logger.removeHandler(handler)
