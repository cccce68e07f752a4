"""The course's outline for JupyterLab's panel, as an extension of Jupyter's server.

The panel and the outline exist only if the server's root is a copy of the course. The
server decides who may read the outline, as for all its pages.
"""

import asyncio
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from grader.common.course import RECORD
from grader.common.errors import CourseError
from grader.copy.pages import add_pages
from grader.learner.outline import outline

ADDRESS = "tandem/outline"
IS_COURSE = "tandemCourse"  # in JupyterLab's page configuration


class OutlineHandler(APIHandler):
    """Serves :func:`grader.learner.outline.outline` of the server's root."""

    auth_resource = "contents"

    @authorized
    async def get(self) -> None:
        """Send the outline as JSON.

        If the root is not a copy of the course, the status is 404; if the copy can't be
        read, it is 409. Both come with a sentence.
        """
        folder = _root(self.settings)
        self.set_header("Cache-Control", "no-store")
        if not (folder / RECORD).is_file():
            self._refuse(404, "This server's root is no copy of the course.")
            return
        try:
            # The first call takes a second; meanwhile the server must serve others.
            self.finish(await asyncio.to_thread(outline, folder))
        except CourseError as error:
            self._refuse(409, str(error))

    def _refuse(self, status: int, sentence: str) -> None:
        self.set_status(status)
        self.finish({"message": sentence})


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    settings = server.web_app.settings
    address = url_path_join(settings["base_url"], ADDRESS)
    server.web_app.add_handlers(".*$", [(address, OutlineHandler)])
    add_pages(server)
    if (_root(settings) / RECORD).is_file():
        # The panel appears at once, and loads the course when it is opened.
        settings.setdefault("page_config_data", {})[IS_COURSE] = "true"


def _root(settings: dict[str, Any]) -> Path:
    return Path(settings["server_root_dir"]).expanduser()
