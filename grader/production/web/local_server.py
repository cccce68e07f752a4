"""A server for one page, in the notebook's own kernel."""

import secrets
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from grader.production.web.files import find

HOST = "127.0.0.1"  # no other machine can reach it
JUPYTER = "http://localhost:* http://127.0.0.1:*"


@cache
def serve(models: Path) -> str:
    """Serve the page for a folder until this process ends; gives its address.

    The address has a secret in it, since other users of this machine reach the port.
    """
    secret = f"/{secrets.token_urlsafe()}/"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            begins, name = path[: len(secret)], path[len(secret) :]
            known = secrets.compare_digest(begins.encode(), secret.encode())
            found = find(name, models, JUPYTER) if known else None
            if found is None:
                self.send_error(404)
                return
            content = found.path.read_bytes()
            self.send_response(200)
            for header, value in found.headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: it would appear in the notebook."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{HOST}:{server.server_port}{secret}"
