"""What a submission's cells show, as outputs of its notebook: a bounded part of it.

Output is cut as it arrives, before memory is spent on it.
"""

from datetime import UTC, datetime
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

from grader.grading.run.messages import Message

SHOWN = ("stream", "display_data", "execute_result", "error")
UPDATE = "update_display_data"
PLACED = ("display_data", "execute_result", UPDATE)
MESSAGE_COST = 400  # bytes that even an empty output takes up


class Outputs:
    """Puts messages into cells, one cell after the other, as a front end does.

    Needs messages of which only what :mod:`grader.grading.run.messages` knows is left.

    Args:
        most: bytes of output that are kept of one cell.
        most_in_all: bytes that are kept of the notebook.
    """

    def __init__(self, most: int, most_in_all: int) -> None:
        self._most, self._most_in_all = most, most_in_all
        self._left_in_all = most_in_all
        # An update changes all outputs of its display id, earlier cells' too.
        self._displays: dict[str, list[NotebookNode]] = {}

    def begin(self, cell: NotebookNode) -> None:
        """What comes is of this cell now."""
        self._cell = cell
        self._left = self._most
        self._cut = self._clears_next = False
        cell.outputs = []
        cell.metadata["execution"] = {}

    def take(self, message: Message) -> bool:
        """A message of the cell's; whether it was the last one."""
        kind, content = message["msg_type"], message["content"]
        if kind in SHOWN or kind == UPDATE:
            left = min(self._left, self._left_in_all)
            cost = MESSAGE_COST + _size(content)
            cost *= 1 + len(self._displays.get(_display_id(content), []))
            self._left -= min(cost, left)
            self._left_in_all -= min(cost, left)
            if cost > left:
                self._keep_a_part(message, left)
                return False
        if "execution_count" in content:
            self._cell["execution_count"] = content["execution_count"]
        if kind == "status":
            return self._in_state(content["execution_state"])
        if kind == "execute_input":
            self.note_time("iopub.execute_input")
        elif kind == "clear_output":
            self._clears_next = content["wait"]
            if not content["wait"]:
                self._clear()
        elif kind in SHOWN or kind == UPDATE:
            self._show(message)
        return False

    def add_error(self, name: str, message: str, traceback: list[str]) -> None:
        """How the cell ended, unless the kernel has shown an error of this name."""
        shown = (one for one in self._cell.outputs if one.output_type == "error")
        if not any(one.ename == name for one in shown):
            self._cell.outputs.append(
                new_output("error", ename=name, evalue=message, traceback=traceback)
            )

    def note_time(self, event: str) -> None:
        """When it was, by the name that Jupyter's front ends give it."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self._cell.metadata["execution"][event] = now

    def _in_state(self, state: str) -> bool:
        if state in ("busy", "idle"):
            self.note_time(f"iopub.status.{state}")
        return state == "idle"

    def _show(self, message: Message) -> None:
        kind = message["msg_type"]
        place = _display_id(message["content"]) if kind in PLACED else ""
        header = {"msg_type": "display_data" if kind == UPDATE else kind}
        output = output_from_msg({**message, "header": header})
        for shown in self._displays.get(place, []):
            shown.data, shown.metadata = output.data, output.metadata
        if kind == UPDATE:
            return
        if self._clears_next:
            self._clear()
            self._clears_next = False
        if place:
            self._displays.setdefault(place, []).append(output)
        self._cell.outputs.append(output)

    def _clear(self) -> None:
        gone = {id(output) for output in self._cell.outputs}
        for place, shown in self._displays.items():
            self._displays[place] = [one for one in shown if id(one) not in gone]
        self._cell.outputs = []

    def _keep_a_part(self, message: Message, left: int) -> None:
        """What still fits of the first output that does not, and a note, once."""
        if self._cut:
            return
        self._cut = True
        if message["msg_type"] == "stream" and left > 0:
            kept = message["content"]["text"][:left]
            name = message["content"]["name"]
            self._cell.outputs.append(new_output("stream", name=name, text=kept))
        note = (
            f"\n[output cut: more than {self._most:,} bytes in this cell, or "
            f"{self._most_in_all:,} in the notebook]\n"
        )
        self._cell.outputs.append(new_output("stream", name="stdout", text=note))


def _display_id(content: dict[str, Any]) -> str:
    return str(content.get("transient", {}).get("display_id", ""))


def _size(value: object) -> int:
    """About how many bytes a message's content takes up."""
    if isinstance(value, dict):
        return sum(len(name) + _size(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(8 + _size(item) for item in value)
    return len(value) if isinstance(value, str) else 8
