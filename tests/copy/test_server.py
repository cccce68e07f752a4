"""The page from which JupyterLab's panel learns how far the learner is."""

import asyncio
import json

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from grader.common.course import RECORD
from grader.copy import server
from grader.copy.learners_copy import start

TOKEN = "a-token"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            patch.setenv(f"JUPYTER_{name}", str(folder / name))
        app = ServerApp()
        app.initialize(
            [f"--IdentityProvider.token={TOKEN}", "--allow-root", "--log-level=40"],
            find_extensions=False,
            new_httpserver=False,
        )
        server._load_jupyter_server_extension(app)
        yield app


def fetch(app: ServerApp, folder: object, token: str = TOKEN) -> HTTPResponse:
    """The server's answer when its root is ``folder``."""
    app.web_app.settings["server_root_dir"] = str(folder)

    async def ask() -> HTTPResponse:
        socket, port = bind_unused_port()
        serving = HTTPServer(app.web_app)
        serving.add_socket(socket)
        try:
            return await AsyncHTTPClient().fetch(
                f"http://127.0.0.1:{port}{app.base_url}{server.ADDRESS}",
                headers={"Authorization": f"token {token}"},
                raise_error=False,
            )
        finally:
            serving.stop()

    return asyncio.run(ask())


@pytest.fixture
def copy(tmp_path):
    start(tmp_path, track="torch")
    return tmp_path


def test_it_tells_how_far_the_copy_at_the_servers_root_is(app, copy):
    done = {"autograd.mse_gradient": {"torch": "correct"}}
    (copy / ".tandem/progress.json").write_text(json.dumps(done))
    answer = fetch(app, copy)
    assert answer.code == 200 and answer.headers["Cache-Control"] == "no-store"
    course = json.loads(answer.body)
    assert course["folder"] == str(copy) and course["frameworks"] == ["torch"]
    assert course["points"]["earned"] == {"torch": 2, "numpy": 0}


def test_no_one_without_the_servers_token_is_told(app, copy):
    assert fetch(app, copy, token="another").code == 403


def test_elsewhere_there_is_no_such_page_and_no_panel(app, copy):
    assert fetch(app, copy / "notebooks").code == 404
    assert server.IS_COURSE not in app.web_app.settings.get("page_config_data", {})
    app.web_app.settings["server_root_dir"] = str(copy)
    server._load_jupyter_server_extension(app)
    assert app.web_app.settings["page_config_data"][server.IS_COURSE]


def test_a_damaged_record_is_one_sentence(app, copy):
    (copy / RECORD).write_text("{")
    answer = fetch(app, copy)
    assert answer.code == 409 and "is damaged" in json.loads(answer.body)["message"]
