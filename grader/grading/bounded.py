"""nbgrader's Execute, keeping a bounded part of what a submission's cells show.

Output is cut as it arrives, before memory is spent on it.
"""

from collections import Counter

from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer

OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result", "error"}
MESSAGE_COST = 200  # bytes that even an empty output takes up
MAX_ERROR = 10_000
UNFIT = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class BoundedExecute(Execute):
    """Runs cells; a flood of output, or a message of no known form, costs nothing.

    Attributes:
        answered: the kernel's reply to the cell that ran last, cut as well.
    """

    max_output = Integer(2**20, help="Bytes of output that are kept of one cell.").tag(
        config=True
    )
    # A cell that floods its output is late with it; that costs no marks.
    raise_on_iopub_timeout = Bool(False).tag(config=True)
    store_widget_state = Bool(False).tag(config=True)

    def begin(self) -> None:
        """Forget the last submission."""
        self.answered: dict = {}
        self._printed: Counter[int] = Counter()

    def on_cell_executed(self, **kwargs: object) -> None:
        content = kwargs["execute_reply"]["content"]
        if content["status"] == "error":
            content["ename"] = str(content["ename"])[:200]
            content["evalue"] = str(content["evalue"])[:MAX_ERROR]
            trace = [str(line)[:MAX_ERROR] for line in content["traceback"]]
            content["traceback"] = trace[-100:]
        super().on_cell_executed(**kwargs)
        self.answered = content

    def process_message(
        self, msg: dict, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"].startswith("comm"):
            return None  # no page shows widgets, whose states would only pile up
        try:
            return self._keep(msg, cell, cell_index)
        except (*UNFIT, ValidationError) as error:
            self.log.warning("A message of no known form: %s", type(error).__name__)
            return None

    def _keep(
        self, msg: dict, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """An output into its cell, cut to what is left of the room for it."""
        if msg["msg_type"] in OUTPUTS:
            before = self._printed[cell_index]
            self._printed[cell_index] += MESSAGE_COST + _size(msg["content"])
            left = self.max_output - before
            if left <= 0:
                return None
            if self._printed[cell_index] > self.max_output:
                if msg["msg_type"] == "stream":
                    kept = msg["content"]["text"][:left]
                    cell.outputs.append(
                        new_output("stream", name=msg["content"]["name"], text=kept)
                    )
                note = f"\n[output cut: more than {self.max_output:,} bytes]\n"
                cell.outputs.append(new_output("stream", name="stdout", text=note))
                return None
        return super().process_message(msg, cell, cell_index)


def _size(value: object) -> int:
    """About how many bytes a message's content takes up."""
    if isinstance(value, dict):
        return sum(len(name) + _size(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(8 + _size(item) for item in value)
    return len(value) if isinstance(value, str) else 8
