"""Attacks on whoever looks: HTML and scripts in formgrader and in the feedback."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from tests.attacks.attack import RIGHT, RIGHT_TOTAL, Attack

HTML = """<script>mark("@MARK@")</script><img src=x onerror="mark('@MARK@')">
<iframe srcdoc="<script>mark('@MARK@')</script>"></iframe>
<a href="javascript:mark('@MARK@')">points</a><svg onload="mark('@MARK@')"></svg>
<form action="/formgrader/api/@MARK@"><button formaction="javascript:mark('@MARK@')">
</button></form><meta http-equiv="refresh" content="0; url=javascript:mark('@MARK@')">
<base href="//@MARK@"><style>@import "//@MARK@";</style><math><mi xlink:href=
"javascript:mark('@MARK@')"></mi></math><details open ontoggle="mark('@MARK@')">"""
CLOBBERS = """<input id="toy-double-torch" class="score tabbable @MARK@" value="9">
<div id="toy-total-torch-@MARK@" class="nbgrader_cell @MARK@">x</div>
<p id="statusmessage-@MARK@" class="save-icon @MARK@">x</p><a name="top-@MARK@">x</a>"""
REMOTE = """<img src="https://example.org/@MARK@"><img src="/logout?@MARK@">
<img src="//example.org/@MARK@"><img srcset="https://example.org/@MARK@ 2x">
<p style="background:url(https://example.org/@MARK@)">x</p>
<p style="list-style-image:url('//example.org/@MARK@');color:red">x</p>
<td background="https://example.org/@MARK@">x</td><video poster="/logout?@MARK@">
<link rel="stylesheet" href="https://example.org/@MARK@">
<style>@import "https://example.org/@MARK@";</style>"""
COVERS = """<div title="@MARK@" style="margin-top:-300px;background:white">right</div>
<div title="@MARK@" style="position:fixed;top:0;left:0;z-index:99">right</div>
<div title="@MARK@" style="float:left;transform:translateY(-90px)">right</div>
<div title="@MARK@" style="margin:0 0 calc(-9em);text-indent:-99px">right</div>
<div title="@MARK@" style="opacity:0;filter:blur(9px);inset:0">right</div>"""
_BRACKETS = f"<p style='color:{'(' * 3000}'>x</p>"
LINKS = """[points](javascript:mark('@MARK@')) <javascript:mark('@MARK@')>
![x](javascript:mark('@MARK@'))
[x]: data:text/html,<script>mark('@MARK@')</script>
[y](data:text/html;base64,@MARK@)
[z](java&#115;cript:mark('@MARK@')) $$\\href{javascript:
mark('@MARK@')}{x}$$ [x](x"onmouseover="mark('@MARK@'))"""


def _markdown(notebook: nbformat.NotebookNode) -> None:
    notebook.cells += [new_markdown_cell(HTML), new_markdown_cell(LINKS)]
    for kind in ("text/html", "text/markdown", "image/svg+xml", ""):
        notebook.cells.append(new_raw_cell(HTML, metadata={"raw_mimetype": kind}))


def _metadata(notebook: nbformat.NotebookNode) -> None:
    mark = "x\"><script>mark('@MARK@')</script>"
    for cell in notebook.cells:
        cell.metadata.tags = [mark, "' onload='@MARK@"]
        cell.metadata.name = cell.metadata.title = mark
        cell.metadata.slideshow = {"slide_type": mark}
        cell.metadata.nbgrader.comment = mark
        cell.metadata["magics_language"] = mark
    notebook.metadata.title = mark
    notebook.metadata.authors = [{"name": mark}]
    notebook.metadata.language_info = {"name": mark, "pygments_lexer": mark}
    notebook.metadata.widgets = {
        "application/vnd.jupyter.widget-state+json": {"state": {"a": mark}}
    }
    picture = {"a.png": {"image/png\"onerror=\"mark('@MARK@')": "@MARK@\"onload='1'"}}
    cell = new_markdown_cell("![a](attachment:a.png)", attachments=picture)
    notebook.cells.append(cell)


def _tags(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.tags = ["x @MARK@ score tabbable"]
        cell.metadata.transient = {"remove_source": True}
    made = new_code_cell("1", metadata={"tags": ["a @MARK@ nbgrader_cell"]})
    notebook.cells.append(made)


def _long_cell(notebook: nbformat.NotebookNode) -> None:
    notebook.cells.append(new_code_cell("if 0:\n" + "    x = [1, 2, 3]\n" * 170_000))


def _text_cells(
    name: str, tries: str, *texts: str, attachments: dict | None = None, keeps: int = 0
) -> Attack:
    """An attack by text cells alone, beside right answers."""

    def change(notebook: nbformat.NotebookNode) -> None:
        more = {"attachments": attachments} if attachments else {}
        notebook.cells += [new_markdown_cell(text, **more) for text in texts]

    rest = {"function": RIGHT, "total": RIGHT_TOTAL} if keeps else {}
    return Attack(name, tries, change=change, worth=keeps, keeps=keeps, **rest)


ATTACKS = (
    Attack(
        "scripts in outputs",
        "HTML, JavaScript, SVG, Markdown and LaTeX as displays",
        f"""
from IPython.display import display
html, links = '''{HTML}''', '''{LINKS.replace(chr(92), chr(92) * 2)}'''
for kind, text in (("text/html", html), ("image/svg+xml", "<svg>" + html + "</svg>"),
                   ("text/markdown", html), ("text/markdown", links),
                   ("text/latex", html), ("application/javascript", "mark('@MARK@')"),
                   ("text/vnd.mermaid", html), ("text/plain", html),
                   ("application/vnd.jupyter.widget-view+json", html),
                   ("application/pdf", html), ("image/png", "x\\" onerror=" + html),
                   ("image/jpeg", html), ("application/json", html)):
    display({{kind: text}}, raw=True)
print(html)
""",
    ),
    Attack(
        "scripts in measures",
        "width, height and file names of pictures, which pages quote",
        """
from IPython.display import display
mark = "1 onerror=mark('@MARK@')"
for about in ({"image/png": {"width": mark, "height": mark, "unconfined": mark}},
              {"width": mark}, {"filenames": {"image/png": "javascript:@MARK@"}},
              {"image/png": {"alt": mark}, "isolated": True}):
    display({"image/png": "iVBOR"}, raw=True, metadata=about)
    display({"image/svg+xml": "<svg onload='@MARK@'/>"}, raw=True, metadata=about)
""",
    ),
    Attack("scripts in text cells", "HTML in Markdown and raw cells", change=_markdown),
    Attack("scripts in metadata", "HTML in tags, names and files", change=_metadata),
    Attack(
        "scripts in errors",
        "HTML and terminal codes in messages that the verdict quotes",
        f"text = '''{HTML}''' + chr(27) + ']8;;javascript:@MARK@' + chr(7) + 'x'",
        """
def double(x):
    raise type("<script>mark('@MARK@')</script>", (Exception,), {})(text)
""",
        total="""
raise ValueError("<img src=x onerror=mark('@MARK@')><script>mark('@MARK@')</script>")
""",
    ),
    Attack(
        "scripts in answers",
        "HTML as the answer itself and in forged fields of it",
        """
from grader.learner.answering import answers
text = "<script>mark('@MARK@')</script><img src=x onerror=mark('@MARK@')>"
class Forged:
    def _repr_json_(self):
        raised = {"kind": text, "message": text, "line": text}
        return {"replies": [{"raised": raised}] * count}
def collect(exercise, framework, asked):
    global count
    count = len(__import__("json").loads(asked))
    return Forged()
answers.collect = collect
""",
        total="""
def total(x):
    return {"<script>mark('@MARK@')</script>": "<img onerror=mark('@MARK@')>"}
""",
    ),
    _text_cells(
        "names of the page's parts",
        "ids, names and classes that formgrader's scripts look for",
        CLOBBERS,
        "# comment\n\n## score",
    ),
    _text_cells(
        "pictures from elsewhere",
        "addresses that a browser loads: of other servers, and of this one's logout",
        REMOTE,
        "![x](https://example.org/@MARK@.png) ![x](/logout?@MARK@)",
    ),
    _text_cells(
        "covers a verdict",
        "styles that move a text out of its place and over another",
        COVERS,
    ),
    _text_cells(
        "links on this server",
        "links to logout and to pages that act, and one that becomes a script",
        "<a href='/logout?@MARK@'>x</a> <a href='//example.org/@MARK@'>x</a>"
        "<a href='?@MARK@'>x</a> <a href=\"files/javascript:mark('@MARK@')\">x</a>",
        "[x](files/javascript:mark('@MARK@')) [x](../../logout?@MARK@)",
    ),
    Attack(
        "names in outputs",
        "the same as displays and verdicts of a cell's own",
        f"""
from IPython.display import display
for text in ({CLOBBERS!r}, {REMOTE!r}, {COVERS!r}):
    display({{"text/html": text, "text/plain": "x"}}, raw=True)
    display({{"text/markdown": text}}, raw=True)
""",
    ),
    Attack(
        "classes by tags",
        "tags and ids of cells that become classes and ids, and what hides a cell",
        change=_tags,
    ),
    _text_cells(
        "lists in lists", "800 KB of lists, nested", "<ul><li>" * 100_000, keeps=5
    ),
    _text_cells(
        "environments in Markdown",
        "360 KB of formulas that never end",
        "\\[" * 100_000,
        "\\begin{a}" * 40_000,
        keeps=5,
    ),
    _text_cells(
        "fifty thousand attributes",
        "one tag with fifty thousand attributes",
        f"<a {' '.join(f'a{number}=1' for number in range(50_000))}>",
        keeps=5,
    ),
    _text_cells(
        "a reference used a thousand times",
        "an address of 90 KB, and 20,000 links to it",
        "[a]: x" + "y" * 90_000 + "\n\n" + "[a] " * 20_000,
        keeps=5,
    ),
    _text_cells(
        "brackets for a prefix",
        "200 KB of brackets, among which nbconvert looks for files/",
        "`" + "[" * 200_000 + "`",
        keeps=5,
    ),
    _text_cells(
        "styles in brackets", "a style of thousands of brackets", _BRACKETS, keeps=5
    ),
    _text_cells(
        "one picture a thousand times",
        "an attachment of 1 MB in a thousand places",
        "![a](attachment:a.png)\n\n" * 1000,
        attachments={"a.png": {"image/png": "iVBO" * 250_000}},
        keeps=5,
    ),
    Attack(
        "a cell of 3 MB",
        "a cell of code larger than all others together",
        change=_long_cell,
        function=RIGHT,
        total=RIGHT_TOTAL,
        worth=5,
        keeps=5,
    ),
    Attack(
        "colours without end",
        "a megabyte of terminal codes, one for each character and half ones",
        """
print("\\x1b[1mx" * 200_000)
""",
        function="print('\\x1b[' * 300_000)\n" + RIGHT,
        total="print('\\r\\n' + 'x' * 900_000)\n" + RIGHT_TOTAL,
        worth=5,
        keeps=5,
        shows=False,
    ),
    Attack(
        "tables in outputs",
        "HTML nested, and in attributes, and large, where it is displayed",
        """
from IPython.display import display
for html in ("<ul><li>" * 50_000, "<b>" * 100_000, "<table>" * 20_000, _BRACKETS,
             "<a " + " ".join(f"a{i}=1" for i in range(50_000)) + ">"):
    display({"text/html": html}, raw=True)
""".replace("_BRACKETS", repr(_BRACKETS)),
        function=RIGHT,
        total=RIGHT_TOTAL,
        worth=5,
        keeps=5,
        shows=False,
    ),
)
