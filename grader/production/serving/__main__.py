"""``python -m grader.production.serving MODEL``: serve the versions of one model."""

import asyncio
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

HOST = "127.0.0.1"


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    port: Annotated[int, typer.Option(help="0 takes one that is free.")] = 0,
    most: Annotated[int, typer.Option(min=1, help="Rows of a batch, at most.")] = 32,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds a request waits for others.")
    ] = 0.0,
    keep: Annotated[int, typer.Option(min=1, help="So many versions at once.")] = 2,
) -> None:
    """Serve FOLDER/1, FOLDER/2 and so on, on this machine alone.

    The first line that is printed is the port. The server ends when its standard input
    does, so that it never outlives the program that started it; in a terminal, by
    Ctrl-C.
    """
    # One batch at a time, on one thread, so that nothing else fights for the processor.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    # One line for each request would cost more than a small model.
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    asyncio.run(serve(folder.resolve(), port, most, wait, keep))


async def serve(folder: Path, port: int, most: int, wait: float, keep: int) -> None:
    """Serve until the standard input ends; see ``main``."""
    from grader.production.serving.server import MOST_BYTES, application
    from grader.production.serving.versions import Versions

    model = Versions(folder, keep, most, wait)
    server = HTTPServer(application(model), max_buffer_size=MOST_BYTES + 2**16)
    sockets = bind_sockets(port, HOST)
    server.add_sockets(sockets)
    print(sockets[0].getsockname()[1], flush=True)
    watching = asyncio.create_task(model.watch())
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_end() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(stopped.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await stopped.wait()
    server.stop()
    watching.cancel()


if __name__ == "__main__":
    typer.run(main)
