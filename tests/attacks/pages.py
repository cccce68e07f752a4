"""Attacks on whoever looks: HTML and scripts in formgrader and in the feedback."""

import nbformat
from nbformat.v4 import new_markdown_cell, new_raw_cell

from tests.attacks.attack import Attack

HTML = """<script>mark("@MARK@")</script><img src=x onerror="mark('@MARK@')">
<iframe srcdoc="<script>mark('@MARK@')</script>"></iframe>
<a href="javascript:mark('@MARK@')">points</a><svg onload="mark('@MARK@')"></svg>
<form action="/formgrader/api/@MARK@"><button formaction="javascript:mark('@MARK@')">
</button></form><meta http-equiv="refresh" content="0; url=javascript:mark('@MARK@')">
<base href="//@MARK@"><style>@import "//@MARK@";</style><math><mi xlink:href=
"javascript:mark('@MARK@')"></mi></math><details open ontoggle="mark('@MARK@')">"""
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
from grader.learner import answers
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
)
