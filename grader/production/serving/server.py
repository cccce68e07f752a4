"""The server's side of HTTP, with the paths of TensorFlow Serving's REST interface."""

import json
from http.client import responses

import numpy as np
from tornado.web import Application, RequestHandler, stream_request_body

from grader.production.serving.instances import parse
from grader.production.serving.refused import Refused
from grader.production.serving.versions import Canary, Version, Versions

MOST_ROWS = 1024
MOST_BYTES = 4 * 2**20


class Handler(RequestHandler):
    """What all paths share: the model, and errors as JSON."""

    def initialize(self, model: Versions) -> None:
        """Keep the model."""
        self.model = model

    def refuse(self, status: int, message: str) -> None:
        """Answer with an error."""
        self.set_status(status)
        self.finish({"error": message})

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """Answer with an error that Tornado found, or that nobody foresaw."""
        self.finish({"error": responses.get(status_code, "unknown error")})


@stream_request_body  # so that a large body is refused before it is read
class Predict(Handler):
    """POST: the model's answers for some rows."""

    def prepare(self) -> None:
        """Look at the size."""
        self.body = bytearray()
        if int(self.request.headers.get("Content-Length", 0)) > MOST_BYTES:
            self.refuse(413, f"the body is larger than {MOST_BYTES} bytes")

    def data_received(self, chunk: bytes) -> None:
        """Collect the body."""
        self.body += chunk

    async def post(self, asked: str | None) -> None:
        """Choose a version, read the rows, and wait for the answers of their batch."""
        user = self.request.headers.get("X-Client")
        number = self.model.pick(asked or "", user)
        if number is None:
            return self.refuse(404, f"no model answers {self.request.path}")
        try:
            answers = await predict(self.model.served[number], bytes(self.body))
        except Refused as refused:
            return self.refuse(refused.status, str(refused))
        self.set_header("X-Model-Version", str(number))
        self.finish({"predictions": answers.tolist()})


async def predict(version: Version, body: bytes) -> np.ndarray:
    """Return a version's answers for the rows in a body.

    Raises:
        Refused: the body is wrong, or the model is.
    """
    rows = parse(body, version.loaded.width, MOST_ROWS)
    answers = await version.batcher.ask(rows)
    if not np.isfinite(answers).all():
        raise Refused(500, "the model answered with NaN or an infinity")
    return answers


class Status(Handler):
    """GET: which versions are served, and which could not be loaded."""

    def get(self) -> None:
        """Answer as TensorFlow Serving does."""
        fine = [(n, "AVAILABLE", "OK", "") for n in self.model.served]
        bad = [(n, "END", "UNKNOWN", why) for n, why in self.model.failed.items()]
        self.finish(
            {
                "model_version_status": [
                    {
                        "version": str(number),
                        "state": state,
                        "status": {"error_code": code, "error_message": message},
                    }
                    for number, state, code, message in sorted(fine + bad)
                ]
            }
        )


class Health(Handler):
    """GET: 200 when a version is served, 503 before."""

    def get(self) -> None:
        """Answer a load balancer, or who waits for the start."""
        if not self.model.served:
            return self.refuse(503, "no version is loaded")
        self.finish({"status": "ok"})


class Trial(Handler):
    """PUT and DELETE: which version some of the users try."""

    def put(self) -> None:
        """Begin a trial: ``{"version": 3, "percent": 10}``."""
        try:
            given = json.loads(self.request.body)
            version, percent = given["version"], given["percent"]
        except (ValueError, TypeError, KeyError):
            return self.refuse(400, 'send {"version": ..., "percent": ...}')
        if type(version) is not int or type(percent) is not int:
            return self.refuse(400, "version and percent have to be whole numbers")
        if not 0 <= percent <= 100:
            return self.refuse(400, f"percent has to be from 0 to 100: got {percent}")
        self.model.canary = Canary(version, percent)
        self.finish({"version": version, "percent": percent})

    def delete(self) -> None:
        """End the trial: the newest version is everybody's."""
        self.model.canary = None
        self.finish({})


class Metrics(Handler):
    """GET: what has run, as lines that Prometheus reads."""

    def get(self) -> None:
        """Count batches, rows and busy seconds for each version."""
        self.set_header("Content-Type", "text/plain; version=0.0.4")
        for number, version in self.model.served.items():
            done = version.batcher
            for name, value in (
                ("batches_total", done.batches),
                ("rows_total", done.rows),
                ("busy_seconds_total", done.busy),
            ):
                self.write(f'serving_{name}{{version="{number}"}} {value}\n')


class Unknown(Handler):
    """Any other path."""

    def prepare(self) -> None:
        """Answer 404."""
        self.refuse(404, f"no such path: {self.request.path}")


def application(model: Versions) -> Application:
    """Return the server's paths, all about one model."""
    base, given = f"/v1/models/{model.folder.name}", {"model": model}
    asked = r"(?:/(versions/\d{1,18}|labels/\w{1,99}))?"
    return Application(
        [
            (f"{base}{asked}:predict", Predict, given),
            (base, Status, given),
            (f"{base}/canary", Trial, given),
            ("/healthz", Health, given),
            ("/metrics", Metrics, given),
        ],
        default_handler_class=Unknown,
        default_handler_args=given,
    )
