"""A track is the choice of framework; a filtered notebook omits the other framework.

Cells are tagged ``torch``, ``tensorflow`` or ``both`` (needs both frameworks).
An untagged cell is framework-neutral and stays in every track.
"""

from copy import deepcopy
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from nbformat import NotebookNode

Track = Literal["both", "torch", "tensorflow"]
TRACKS: tuple[Track, ...] = get_args(Track)
BOTH: Track = "both"


def frameworks_of(track: str) -> tuple[str, ...]:
    """The frameworks of a track."""
    return TRACKS[1:] if track == BOTH else (track,)


def filter_track(notebook: "NotebookNode", track: str) -> "NotebookNode":
    """A copy of ``notebook`` with only the cells of ``track``.

    Args:
        notebook: any nbformat 4 notebook; it is not changed.
        track: one of ``TRACKS``. ``"both"`` keeps every cell.

    Raises:
        ValueError: ``track`` is not in ``TRACKS``.
    """
    if track not in TRACKS:
        raise ValueError(f"unknown track {track!r}: use one of {', '.join(TRACKS)}")
    filtered = deepcopy(notebook)
    if track != BOTH:
        dropped = set(TRACKS) - {track}
        filtered.cells = [
            cell
            for cell in filtered.cells
            if dropped.isdisjoint(cell.metadata.get("tags", ()))
        ]
    return filtered
