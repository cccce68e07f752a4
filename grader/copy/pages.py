"""The lessons' page for the browser, behind the login of Jupyter's server."""

import asyncio
import tempfile
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from grader.production.web.files import find
from grader.production.web.registry import offer, registered

ADDRESS = "tandem/pages/"
REGISTRY = "tandem_pages"  # in the server's settings


class PageHandler(JupyterHandler):
    """Serves the page, and the models of a folder that a kernel has registered."""

    auth_resource = "contents"

    @authorized
    async def get(self, key: str, name: str) -> None:
        """Send one file; the status is 404 where there is none."""
        models = registered(Path(self.settings[REGISTRY].name), key)
        # JupyterLab, which has the server's own address, shows the page in a frame.
        found = find(name, models, "'self'") if models else None
        if found is None:
            self.set_status(404)
            self.finish("There is no such page. Run the notebook's cell again.")
            return
        content = await asyncio.to_thread(found.path.read_bytes)
        for header, value in found.headers.items():
            self.set_header(header, value)
        self.finish(content)


def add_pages(server: ServerApp) -> None:
    """Let a server show the pages of its kernels."""
    settings = server.web_app.settings
    settings[REGISTRY] = registry = tempfile.TemporaryDirectory(prefix="course-pages-")
    address = url_path_join(settings["base_url"], ADDRESS)
    handlers = [(f"{address}([0-9a-f]+)/(.*)", PageHandler)]
    server.web_app.add_handlers(".*$", handlers)
    offer(Path(registry.name), address)
