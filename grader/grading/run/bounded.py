"""nbgrader's Execute, keeping a bounded part of what a submission's cells show.

Output is cut as it arrives, before memory is spent on it.
"""

from collections import Counter

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer

OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result", "error"}
MESSAGE_COST = 400  # bytes that even an empty output takes up


class BoundedExecute(Execute):
    """Runs cells; a flood of output costs nothing.

    Needs a client that passes on only what :mod:`grader.grading.run.messages` knows.

    Attributes:
        answered: the kernel's reply to the cell that ran last.
    """

    max_output = Integer(2**20, help="Bytes of output that are kept of one cell.").tag(
        config=True
    )
    max_notebook_output = Integer(
        6 * 2**20, help="Bytes of output that are kept of one notebook."
    ).tag(config=True)
    # A cell that floods its output is late with it; that costs no marks.
    raise_on_iopub_timeout = Bool(False).tag(config=True)
    store_widget_state = Bool(False).tag(config=True)

    def begin(self) -> None:
        """Forget the last submission."""
        self.answered: dict = {}
        self._spent: Counter[int] = Counter()
        self._cut: set[int] = set()

    def on_cell_executed(self, **kwargs: object) -> None:
        """Keep the kernel's reply, which says how the cell ended."""
        super().on_cell_executed(**kwargs)
        self.answered = kwargs["execute_reply"]["content"]

    def process_message(
        self, msg: dict, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """An output into its cell, cut to what is left of the room for it."""
        if msg["msg_type"] in OUTPUTS:
            left = min(
                self.max_output - self._spent[cell_index],
                self.max_notebook_output - self._spent.total(),
            )
            cost = MESSAGE_COST + _size(msg["content"])
            cost *= 1 + self._places(msg["content"])
            self._spent[cell_index] += min(cost, left)
            if cost > left:
                self._keep_a_part(msg, cell, cell_index, left)
                return None
        return super().process_message(msg, cell, cell_index)

    def _places(self, content: dict) -> int:
        """How many outputs an update would change: each holds it once more."""
        place = content.get("transient", {}).get("display_id")
        return sum(map(len, self._display_id_map.get(place, {}).values()))

    def _keep_a_part(
        self, msg: dict, cell: NotebookNode, index: int, left: int
    ) -> None:
        """What still fits of the first output that does not, and a note, once."""
        if index in self._cut:
            return
        self._cut.add(index)
        if msg["msg_type"] == "stream" and left > 0:
            kept = msg["content"]["text"][:left]
            name = msg["content"]["name"]
            cell.outputs.append(new_output("stream", name=name, text=kept))
        note = (
            f"\n[output cut: more than {self.max_output:,} bytes in this cell, or "
            f"{self.max_notebook_output:,} in the notebook]\n"
        )
        cell.outputs.append(new_output("stream", name="stdout", text=note))


def _size(value: object) -> int:
    """About how many bytes a message's content takes up."""
    if isinstance(value, dict):
        return sum(len(name) + _size(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(8 + _size(item) for item in value)
    return len(value) if isinstance(value, str) else 8
