"""Pieces of a page from a stranger's text; run in a process that may be killed.

Libraries that read Markdown, HTML, code and terminals' colours take time that is
quadratic, or worse, in a text that is made for it. Each request and each reply is
a line of JSON, on standard input and output.
"""

import json
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from nbconvert.filters import Highlight2HTML
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from grader.grading.markup.clean import boxed, clean

MEMORY = 2**30  # bytes
MAX_MADE = 8 * 2**20  # characters, pictures of a text cell included
_highlight = Highlight2HTML(pygments_lexer="ipython3")


def markdown(source: str, attachments: dict[str, dict[str, str]]) -> str:
    """Markdown as clean HTML."""
    renderer = IPythonRenderer(
        escape=False, attachments=attachments, exclude_anchor_links=True
    )
    return boxed(clean(MarkdownWithMath(renderer=renderer).render(source)))


def html(source: str) -> str:
    """HTML, cleaned."""
    return boxed(clean(source))


def code(source: str) -> str:
    """Python with its words in colours."""
    return boxed(_highlight(source))


def terminal(text: str) -> str:
    """What a terminal would show in colours."""
    return ansi2html(text)


TASKS: dict[str, Callable[..., str]] = {
    task.__name__: task for task in (markdown, html, code, terminal)
}


def main() -> None:
    """Answer requests, until there are none or one takes too long."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the grader
    for line in sys.stdin.buffer:
        task, seconds, arguments = json.loads(line)
        begin = time.process_time()
        # Not handled, its signal ends this process even inside of a library.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        made = _done(task, arguments)
        signal.setitimer(signal.ITIMER_PROF, 0)
        spent = time.process_time() - begin
        sys.stdout.buffer.write(json.dumps([made, spent]).encode() + b"\n")
        sys.stdout.buffer.flush()


def _done(task: str, arguments: list[Any]) -> str | None:
    try:
        made = TASKS[task](*arguments)
    except Exception:
        # Too deep, too much, or a picture that is missing: it is shown as plain text.
        return None
    return made if len(made) <= MAX_MADE else None


if __name__ == "__main__":
    main()
