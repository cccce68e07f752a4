"""Finds what a browser would run, load or be misled by of a learner's in a page."""

import re
from html.parser import HTMLParser

# Elements that run or load something by themselves, whatever their attributes.
ACTIVE = {
    *("script", "iframe", "object", "embed", "applet", "base", "meta", "link"),
    *("form", "button", "svg", "math", "frame", "frameset", "portal", "style"),
}
ADDRESSES = {"href", "src", "action", "formaction", "data", "srcdoc", "xlink:href"}
RUNS = re.compile(
    r"^[\s\x00-\x1f]*(javascript|vbscript|data:(?!image/(png|jpeg)))", re.I
)
WHOLE = re.compile(r"https?://[^/]|mailto:", re.I)
# By which scripts and style sheets of the page find its parts.
NAMES = {"id", "name", "class", "for", "form", "headers", "usemap"}
# Loaded without a click, from wherever they say.
LOADED = {"src", "srcset", "poster", "background", "data", "action", "style", "ping"}
ADDRESS = re.compile(r"(^|[\s,('\"])\s*(https?:|//|/|\.)", re.I)
COVERS = re.compile(
    r"position|transform|z-index|float|inset|:\s*-|[\s(]-\d|opacity|filter|animation",
    re.I,
)


class _Finder(HTMLParser):
    def __init__(self, token: str) -> None:
        super().__init__()
        self.token, self.found, self._open = token, [], ""

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self._open = tag if tag in ("script", "style") else ""
        values = {name: value or "" for name, value in attributes}
        marked = any(self.token in value for value in values.values())
        if tag in ACTIVE and marked:
            self.found.append(f"<{tag}>")
        for name, value in values.items():
            if self.token in name or (name.startswith("on") and self.token in value):
                self.found.append(f"{name} of <{tag}>")
            if name in ADDRESSES and self.token in value and RUNS.match(value):
                self.found.append(f"{name} of <{tag}>: {value[:40]}")
            if name in NAMES and self.token in value:
                self.found.append(f"{name} of <{tag}>, as if it were the page's")
            loaded = name in LOADED and not value.startswith("data:image/")
            if loaded and self.token in value and ADDRESS.search(value):
                self.found.append(f"{name} of <{tag}>, loaded: {value[:40]}")
            # A whole address is told by the browser before it is followed.
            if name == "href" and self.token in value and not WHOLE.match(value):
                self.found.append(f"href of <{tag}>, on this server: {value[:40]}")
            if name == "style" and marked and COVERS.search(value):
                self.found.append(f"style of <{tag}>: {value[:40]}")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and self.token in data:
            self.found.append(f"text of <{self._open}>")


def runs(page: str, token: str) -> list[str]:
    """Each place of ``page`` where a browser would run something with ``token``."""
    finder = _Finder(token)
    finder.feed(page)
    return finder.found
