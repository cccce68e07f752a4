"""What the page may send: its own files and the models', and nothing else."""

import base64
import hashlib
import json
import re

import pytest

from grader.production.web import files
from grader.production.web.files import HERE, find

MODELS = (
    "digits.json",
    "model.onnx",
    "model.tflite",
    "tfjs/model.json",
    "tfjs/w-1.bin",
)
VENDOR = HERE / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    (folder / "tfjs").mkdir(parents=True)
    for name in (*MODELS, "notes.html", "tfjs/run.js"):
        (folder / name).write_text(name)
    (tmp_path / "secret.json").write_text("secret")
    return folder


def found(name, models):
    return find(name, models, "'self'")


@pytest.mark.parametrize("name", MODELS)
def test_the_models_are_found(name, models):
    assert found(f"models/{name}", models).path == models / name


def test_a_model_that_is_not_there_is_not_found(models):
    (models / "model.onnx").unlink()
    assert found("models/model.onnx", models) is None
    assert found("models/model.onnx", models / "nowhere") is None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "models/notes.html",
            "models/tfjs/run.js",
            "models/tfjs",
            "models/",
            "models",
        ),
        *("models/../secret.json", "models/tfjs/../../secret.json", "../files.py"),
        *("/etc/passwd", "vendor/../files.py", "vendor", "files.py", "static/page.js"),
        *("models/tfjs/..%2f..%2fsecret.json", "models\\digits.json", "page.js\n"),
        *("models/digits.json\n", "./page.js", "PAGE.JS", "vendor//manifest.json"),
    ],
)
def test_nothing_else_is(name, models):
    assert found(name, models) is None


def test_a_link_that_leads_out_of_the_folder_is_not_followed(models):
    (models / "digits.json").unlink()
    (models / "digits.json").symlink_to(models.parent / "secret.json")
    assert found("models/digits.json", models) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        (
            "vendor/onnxruntime-web/ort.wasm.bundle.min.mjs",
            "text/javascript; charset=utf-8",
        ),
        (
            "vendor/litertjs-core/wasm/litert_wasm_compat_internal.wasm",
            "application/wasm",
        ),
        ("models/digits.json", "application/json"),
        ("models/model.onnx", "application/octet-stream"),
    ],
)
def test_each_has_the_type_that_a_browser_asks_for(name, kind, models):
    headers = found(name, models).headers
    assert headers["Content-Type"] == kind
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_lets_the_page_reach_nothing_but_its_own_server(models):
    policy = found("", models).headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("default-src") == rules.pop("base-uri") == "'none'"
    assert rules.pop("connect-src") == rules.pop("style-src") == "'self'"
    assert rules.pop("script-src").split()[:2] == ["'self'", "'wasm-unsafe-eval'"]
    assert rules.pop("frame-ancestors") == "'self'" and rules.pop("img-src") == "data:"
    assert rules == {"form-action": "'none'"}


def test_the_policy_allows_the_import_map_and_no_other_inline_script():
    page = (HERE / "static/index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    [text] = inline
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"'sha256-{digest}'" == files.IMPORT_MAP
    for path in json.loads(text)["imports"].values():
        assert (HERE / path).is_file()
    assert not re.search(r"\s(on\w+|style)=", page)


def test_the_packages_files_are_as_they_were_published():
    listed = {"manifest.json"}
    for folder, package in MANIFEST.items():
        listed.add(f"{folder}/LICENSE")
        for name, about in package["files"].items():
            content = (VENDOR / folder / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == about["sha256"], name
            listed.add(f"{folder}/{name}")
    there = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    assert there == listed


def test_each_package_names_its_version_and_has_its_licence():
    first = {"Apache-2.0": "Apache License", "MIT": "MIT License"}
    for folder, package in MANIFEST.items():
        assert set(package) == {"package", "version", "license", "files"}
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        lines = (VENDOR / folder / "LICENSE").read_text(encoding="utf-8").split("\n")
        title = next(line.strip() for line in lines if line.strip())
        assert title == first[package["license"]]
