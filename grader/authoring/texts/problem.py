"""Something that an author has to mend, and how."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend; ``cell`` counts from 1 and is None for the whole file."""

    file: str
    cell: int | None
    what: str
    mend: str

    def __str__(self) -> str:
        where = self.file if self.cell is None else f"{self.file}, cell {self.cell}"
        return f"{where}: {self.what}. {self.mend}."
