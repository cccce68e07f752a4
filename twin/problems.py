"""The error that a user of the library sees as a sentence."""


class TwinError(Exception):
    """Two models that can't be paired, copied, compared or trained, or bad input.

    The message says what is wrong and what to do. A notebook shows it without a
    traceback, which would lead through this library and not to the cause.
    """

    def _render_traceback_(self) -> list[str]:
        # IPython calls this method.
        return [f"TwinError: {self}"]
