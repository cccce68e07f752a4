"""HTML of a stranger's as a page of ours may hold it.

It runs nothing, loads nothing from elsewhere, leads nowhere on this server, and can be
taken for no part of the page around it: no ids, no names, no classes but those of
highlighted code, and nothing that is laid out beyond its own box.
"""

import re

import nh3
import tinycss2
from pygments.token import STANDARD_TYPES
from tinycss2 import ast as css

MAX_HTML = 200_000  # characters; what a page is made of is quadratic in places
MAX_DEPTH = 60
MAX_ATTRIBUTES = 60  # of one tag
MAX_WORDS = 1_000  # in one tag, an alternative text included
MAX_STYLE = 1_000
MAX_SPAN = 100  # columns or rows of one cell
MAX_SIZE = 2_000  # pixels, or any other unit
TAGS = {
    *("a", "abbr", "acronym", "b", "blockquote", "code", "em", "i", "li", "ol"),
    *("strong", "ul"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "span", "pre"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("img", "del", "ins", "sub", "sup", "small", "u", "s", "kbd", "dl", "dt", "dd"),
}
# Never nested by themselves: they have no end, or the next one of them ends them.
FLAT = {
    *("br", "hr", "img", "input", "col", "wbr", "link", "meta", "source", "area"),
    *("p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody"),
}
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
PICTURE = re.compile(r"\s*data:image/(png|jpeg|gif|svg\+xml)[;,]", re.IGNORECASE)
# A whole address: a path alone would lead to this server.
ELSEWHERE = re.compile(r"\s*(https?://|mailto:)[^\s]", re.IGNORECASE)
LINK = "noopener noreferrer nofollow"  # what it leads to learns nothing of us
CODE = {"highlight", *STANDARD_TYPES.values()} - {""}
# Contained: whatever a style says, nothing is painted outside of this box.
BOX = '<div style="contain:content;overflow:auto">', "</div>"
STYLES = {
    *("color", "background", "background-color", "font-weight", "font-style"),
    *("font-size", "font-family", "text-align", "text-decoration", "line-height"),
    *("vertical-align", "white-space", "caption-side", "cursor", "display"),
    *("width", "height", "max-width", "max-height", "min-width", "border-collapse"),
    *("padding", "margin", "border", "outline"),
    *(
        f"{box}-{side}"
        for box in ("padding", "margin", "border")
        for side in ("top", "right", "bottom", "left")
    ),
    *("border-color", "border-style", "border-width", "border-radius"),
}
DISPLAYS = {"block", "inline", "inline-block", "list-item", "inline-table", "table"}
FUNCTIONS = {"var", "rgb", "rgba", "hsl", "hsla"}
SIZED = (css.NumberToken, css.DimensionToken, css.PercentageToken)
WORDS = (
    *(css.IdentToken, css.HashToken, css.WhitespaceToken),
    *(css.StringToken, css.LiteralToken),
)


class TooMuch(ValueError):
    """HTML is longer or more deeply nested than anything that shows a result."""


def clean(html: str) -> str:
    """``html`` as a page may hold it.

    Raises:
        TooMuch: it would take long to read it.
    """
    _require_few(html)
    return _cleaner.clean(html)


def boxed(html: str) -> str:
    """Clean HTML in a box that it can't be laid out beyond."""
    return html.join(BOX)


def _require_few(html: str) -> None:
    if len(html) > MAX_HTML:
        raise TooMuch
    depth = 0
    for end, name in TAG.findall(html):
        if name.lower() not in FLAT:
            depth += -1 if end else 1
        if depth > MAX_DEPTH:
            raise TooMuch
    for part in html.split("<"):
        tag = part.partition(">")[0]
        if tag.count("=") > MAX_ATTRIBUTES or len(tag.split()) > MAX_WORDS:
            raise TooMuch


def _kept(tag: str, name: str, value: str) -> str | None:
    """What stays of an attribute; None for nothing."""
    if name == "rel":
        return LINK  # nobody's but ours gets here
    known = KEPT.get((tag, name)) or KEPT.get(("*", name))
    if known is None or not known(value):
        return None
    return _harmless(value) if name == "style" else value


def _up_to(most: int, value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 6 and int(value) <= most


KEPT = {
    ("*", "style"): lambda value: len(value) <= MAX_STYLE,
    ("*", "title"): lambda value: True,
    ("*", "role"): lambda value: value == "status",
    ("*", "align"): lambda value: True,
    ("*", "class"): lambda value: set(value.split()) <= CODE,
    ("td", "colspan"): lambda value: _up_to(MAX_SPAN, value),
    ("td", "rowspan"): lambda value: _up_to(MAX_SPAN, value),
    ("th", "colspan"): lambda value: _up_to(MAX_SPAN, value),
    ("th", "rowspan"): lambda value: _up_to(MAX_SPAN, value),
    ("a", "href"): lambda value: bool(ELSEWHERE.match(value)),
    ("img", "src"): lambda value: bool(PICTURE.match(value)),
    ("img", "alt"): lambda value: True,
    ("img", "width"): lambda value: _up_to(MAX_SIZE, value),
    ("img", "height"): lambda value: _up_to(MAX_SIZE, value),
}


def _harmless(style: str) -> str:
    """Looks and sizes; nothing that loads, moves, covers or shrinks below nothing."""
    try:
        found = tinycss2.parse_declaration_list(
            style, skip_comments=True, skip_whitespace=True
        )
        kept = [one for one in found if _is_harmless(one)]
        return "; ".join(one.serialize().rstrip(";") for one in kept)
    except RecursionError:
        return ""


def _is_harmless(found: css.Node) -> bool:
    if not isinstance(found, css.Declaration) or found.lower_name not in STYLES:
        return False
    if found.lower_name == "display":
        idents = (t for t in found.value if isinstance(t, css.IdentToken))
        return {ident.lower_value for ident in idents} <= DISPLAYS
    return all(map(_is_plain, found.value))


def _is_plain(token: css.Node) -> bool:
    """Whether a value has no address in it, and no number that moves things."""
    if isinstance(token, SIZED):
        return 0 <= token.value <= MAX_SIZE
    if isinstance(token, css.FunctionBlock):
        return token.lower_name in FUNCTIONS and all(map(_is_plain, token.arguments))
    return isinstance(token, WORDS)


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: {name for other, name in KEPT if other == tag} for tag, _ in KEPT},
    attribute_filter=_kept,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=LINK,
)
