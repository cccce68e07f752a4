"""The page behind the login of Jupyter's server."""

import asyncio
import os

import numpy as np
import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from grader.copy import server
from grader.production.web import registry, write_digits

TOKEN = "a-token"
BASE = "/user/ann/"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            patch.setenv(f"JUPYTER_{name}", str(folder / name))
        for name in (registry.FOLDER, registry.ADDRESS):
            patch.setenv(name, "")  # put back afterwards
        app = ServerApp()
        token = f"--IdentityProvider.token={TOKEN}"
        app.initialize(
            [token, f"--ServerApp.base_url={BASE}", "--allow-root", "--log-level=40"],
            find_extensions=False,
            new_httpserver=False,
        )
        server._load_jupyter_server_extension(app)
        yield app


@pytest.fixture
def address(app, tmp_path):
    """Of the page for a folder with stored digits, as a kernel learns it."""
    digit = np.ones((1, 8, 8, 1), np.float32)
    write_digits(tmp_path, digit, np.ones((1, 10), np.float32))
    return registry.register(tmp_path)


def fetch(app, address, token=TOKEN, method="GET") -> HTTPResponse:
    async def ask() -> HTTPResponse:
        socket, port = bind_unused_port()
        serving = HTTPServer(app.web_app)
        serving.add_socket(socket)
        try:
            return await AsyncHTTPClient().fetch(
                f"http://127.0.0.1:{port}{address}",
                headers={"Authorization": f"token {token}"},
                method=method,
                body=b"" if method == "POST" else None,
                raise_error=False,
            )
        finally:
            serving.stop()

    return asyncio.run(ask())


def test_it_is_below_the_servers_own_address(app, address):
    assert address.startswith(f"{BASE}tandem/pages/")


def test_it_sends_the_page_the_runtimes_and_the_models(app, address, tmp_path):
    page = fetch(app, address)
    assert page.code == 200 and page.body.startswith(b"<!doctype html>")
    policies = page.headers.get_list("Content-Security-Policy")
    assert len(policies) == 1 and "connect-src 'self'" in policies[0]
    wasm = fetch(app, f"{address}vendor/onnxruntime-web/ort-wasm-simd-threaded.wasm")
    assert wasm.headers["Content-Type"] == "application/wasm"
    digits = fetch(app, f"{address}models/digits.json")
    assert digits.body == (tmp_path / "digits.json").read_bytes()


def test_no_one_without_the_servers_token_sees_it(app, address):
    for name in ("", "page.js", "models/digits.json"):
        assert fetch(app, address + name, token="another").code == 403


def test_there_is_nothing_else(app, address):
    for name in ("models/model.onnx", "files.py", "..%2fregistry.py", "%2e%2e/x"):
        assert fetch(app, address + name).code == 404
    assert fetch(app, f"{BASE}tandem/pages/{'0' * 32}/").code == 404
    assert fetch(app, address, method="POST").code in (403, 405)


def test_its_records_go_with_the_server(app):
    folder = app.web_app.settings["tandem_pages"]
    assert os.environ[registry.FOLDER] == folder.name
