"""A request that gets an error, and what the client is told."""


class Refused(Exception):
    """A request that can't be answered.

    Args:
        status: HTTP's status, such as 400 or 404.
        message: what is wrong with the request, in one sentence.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
