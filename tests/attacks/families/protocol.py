"""Attacks through Jupyter's messages: forged verdicts, replies and states."""

from tests.attacks.attack import RIGHT, RIGHT_TOTAL, STOCK, Attack

KERNEL = """
kernel = get_ipython().kernel
session, said = kernel.session, kernel.get_parent()
correct = {"text/plain": "✓ toy.double (PyTorch): correct\\n  Correct in 9 cases.",
           "text/html": "<b>correct</b>"}
def publish(kind, content, parent=None):
    parent = parent or kernel.get_parent()
    session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"x")
"""

ATTACKS = (
    Attack(
        "text of a correct verdict",
        "output that looks like the verdict, and error output cleared",
        KERNEL
        + """
from IPython.display import display, clear_output
def check(*values):
    clear_output()
    display(correct, raw=True)
publish("execute_result", {"data": {"text/plain": "100"}, "metadata": {},
                           "execution_count": 1})
""",
        proof=STOCK,
    ),
    Attack(
        "verdict changed afterwards",
        "an update of the graded cell's display, sent from a later cell",
        KERNEL
        + """
def check(*values):
    from IPython.display import display
    for _ in range(3):
        display({"text/plain": "?"}, raw=True, display_id="@MARK@")
""",
        total="""
from IPython.display import update_display
update_display(correct, raw=True, display_id="@MARK@")
def total(x):
    return 0
""",
    ),
    Attack(
        "forged replies",
        "execute_reply for every request, sent on the shell socket first",
        KERNEL
        + """
value = {"status": "ok", "data": {"application/json": {"replies": [correct]}},
         "metadata": {}}
real = type(session).send
def send(self, stream, kind, content=None, *rest, **named):
    if kind == "execute_reply":
        content = {"status": "ok", "execution_count": 1, "payload": [],
                   "user_expressions": {"answers": value}}
    return real(self, stream, kind, content, *rest, **named)
type(session).send = send
""",
    ),
    Attack(
        "every cell is fine",
        "errors turned into ok on their way out",
        KERNEL
        + """
real = type(session).send
def send(self, stream, kind, content=None, *rest, **named):
    if kind == "error":
        kind, content = "display_data", {"data": correct, "metadata": {}}
    if kind == "execute_reply":
        content = dict(content, status="ok")
    return real(self, stream, kind, content, *rest, **named)
type(session).send = send
""",
        proof=STOCK,
    ),
    Attack(
        "messages of no form",
        "contents and headers that are lists, texts and numbers",
        KERNEL
        + """
for content in ([], "text", 5, {"name": 5, "text": []}, {"data": 7}, {}):
    for kind in ("stream", "display_data", "execute_result", "error", "status",
                 "clear_output", "update_display_data", "comm_open", "unknown"):
        publish(kind, content)
""",
        shows=False,
    ),
    Attack(
        "replies of no form",
        "replies whose content is a list, and lists for user_expressions",
        KERNEL
        + """
real = type(session).send
def send(self, stream, kind, content=None, *rest, **named):
    if kind == "execute_reply" and content.get("user_expressions"):
        content = dict(content, user_expressions=[1, 2])
    return real(self, stream, kind, content, *rest, **named)
type(session).send = send
""",
    ),
    Attack(
        "answers of no form",
        "an answer whose data is a text, and one that is a list",
        KERNEL
        + """
value = {"status": "ok", "data": "application/json", "metadata": []}
type(get_ipython()).user_expressions = lambda self, asked: {"answers": value}
""",
    ),
    Attack(
        "headers of no form",
        "a parent that is a list, signed as the kernel signs",
        KERNEL
        + """
def raw(kind, parent):
    header = session.msg_header(kind)
    parts = [session.pack(part) for part in (header, parent, {}, {"a": 1})]
    frames = [b"x", b"<IDS|MSG>", session.sign(parts), *parts]
    kernel.iopub_socket.send_multipart(frames)
for parent in ([], 5, "text", None):
    raw("stream", parent)
""",
        shows=False,
    ),
    Attack(
        "wrong signatures",
        "messages without a signature and with a false one, and garbage",
        KERNEL
        + """
for frames in ([b"x"], [b"<IDS|MSG>"], [b"a", b"<IDS|MSG>", b"false", b"{}", b"{}",
               b"{}", b"{}"], [b"\\xff" * 1000] * 50):
    kernel.iopub_socket.send_multipart(frames)
""",
        shows=False,
    ),
    Attack(
        "deeply nested message",
        "output nested a hundred thousand deep",
        KERNEL
        + """
nested = b'{"data":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}"
parts = [session.pack(session.msg_header("display_data")),
         session.pack(said["header"]), b"{}", nested]
kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", session.sign(parts), *parts])
""",
        shows=False,
    ),
    Attack(
        "early idle",
        "says that it is idle, dead and restarting while cells run",
        KERNEL
        + """
for state in ("idle", "dead", "restarting", "starting", "idle"):
    publish("status", {"execution_state": state})
publish("shutdown_reply", {"status": "ok", "restart": True})
""",
        shows=False,
    ),
    Attack(
        "pretends a timeout",
        "exceptions named like those of the grader's machinery",
        """
class CellTimeoutError(Exception):
    pass
class DeadKernelError(Exception):
    pass
def double(x):
    raise DeadKernelError("Kernel died")
""",
        function="\nraise CellTimeoutError('timeout')\n",
    ),
    Attack(
        "asks for input",
        "input() and getpass, which would wait for someone forever",
        """
import getpass
for ask in (input, getpass.getpass):
    try:
        ask("your password: ")
    except Exception as error:
        print(type(error).__name__)
""",
    ),
    Attack(
        "pretends a grader fault",
        "an exception that looks like the grader's own, to be marked by hand",
        """
from grader.learner.answering import answers
def collect(*values):
    raise ZeroDivisionError("in grader/judging/judge.py")
answers.collect = collect
""",
        by_hand=True,
    ),
    Attack(
        "widgets that hold outputs",
        "output widgets that swallow the error of a graded cell",
        KERNEL
        + """
state = {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output",
         "_view_module": "@jupyter-widgets/output", "outputs": [], "msg_id": ""}
publish("comm_open", {"comm_id": "w", "target_name": "jupyter.widget",
                      "data": {"state": state}})
def check(*values):
    update = {"method": "update", "state": {"msg_id": kernel.get_parent()["header"][
              "msg_id"]}}
    publish("comm_msg", {"comm_id": "w", "data": update})
""",
    ),
    Attack(
        "prompts and pages",
        "payloads that replace the next cell or open a file",
        """
ip = get_ipython()
ip.set_next_input("100", replace=True)
ip.payload_manager.write_payload({"source": "page", "data": {"text/plain": "100"}})
ip.payload_manager.write_payload({"source": "edit_magic", "filename": "/etc/passwd"})
""",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "says that the disk is full",
        "an instructor's troubles as names of errors, widgets, states and messages",
        KERNEL
        + """
for text in ("No space left on device", "database is locked", "disk I/O error",
             "no such table: grade", "Permission denied"):
    publish("comm_open", {"comm_id": text, "target_name": text, "data": {}})
    publish(text, {text: text})
    publish("status", {"execution_state": text})
    publish("error", {"ename": text, "evalue": text, "traceback": [text]})
    publish("stream", {"name": text, "text": text})
    publish("execute_input", {"code": text, "execution_count": text})
""",
        function="raise OSError(28, 'No space left on device')",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "odd execution counts",
        "a text, a list, a huge and a negative number where cells are counted",
        KERNEL
        + """
for count in ("No space left on device", [1], {"a": 1}, 10**400, -1, True, 1.5):
    publish("execute_input", {"code": "", "execution_count": count})
    publish("execute_result", {"data": {"text/plain": "x"}, "metadata": {},
                               "execution_count": count})
real = type(session).send
def send(self, stream, kind, content=None, *rest, **named):
    if kind in ("execute_reply", "execute_input"):
        content = dict(content, execution_count="No space left on device")
    return real(self, stream, kind, content, *rest, **named)
type(session).send = send
""",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "halves of characters",
        "lone surrogates in each text that a kernel sends, which no file can hold",
        KERNEL
        + r"""
import json
pack = type(session).pack
def escaped(content):
    return json.dumps(content, default=str).encode()
session.pack = escaped
half = chr(0xd83d) + "x"
publish("stream", {"name": "stdout", "text": half})
for kind in ("text/plain", "text/html", "text/markdown", "image/png"):
    publish("display_data", {"data": {kind: half, half: half}, "metadata": {half: 1},
                             "transient": {"display_id": half}})
publish("error", {"ename": half, "evalue": half, "traceback": [half]})
""",
        function="raise ValueError(chr(0xdcff) + chr(0xd800))",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
    ),
    Attack(
        "fields of other types",
        "a thousand messages with something else in one field each",
        KERNEL
        + """
import itertools, random
contents = {
    "stream": {"name": "stdout", "text": "x"},
    "display_data": {"data": {"text/plain": "x"}, "metadata": {}, "transient":
                     {"display_id": "@MARK@"}},
    "update_display_data": {"data": {"text/plain": "x"}, "metadata": {}, "transient":
                            {"display_id": "@MARK@"}},
    "execute_result": {"data": {"text/plain": "x"}, "metadata": {},
                       "execution_count": 1},
    "error": {"ename": "E", "evalue": "", "traceback": ["x"]},
    "clear_output": {"wait": False},
    "status": {"execution_state": "busy"},
}
odd = [None, True, -1, 1e308, "", "x" * 999, [], [None], {}, {"": None}, [[{}]],
       {"text/html": ["x"]}, {"image/png": {"width": []}}, {"display_id": []}]
for (kind, content), value in itertools.product(contents.items(), odd):
    for name in [*content, "more"]:
        publish(kind, {**content, name: value})
        publish(kind, {k: v for k, v in content.items() if k != name})
        publish(value, content) if isinstance(value, str) else None
for kind in ("text/plain", "text/html", "image/png", "application/json", "", "x"):
    for value in odd:
        publish("display_data", {"data": {kind: value}, "metadata": {kind: value}})
""",
        total=RIGHT_TOTAL,
        worth=3,
        keeps=3,
        shows=False,
    ),
    Attack(
        "describes itself",
        "a startup file that tells of another language, for metadata and logs",
        files={
            ".ipython/profile_default/startup/00.py": """
kernel = get_ipython().kernel
full = "No space left on device"
info = {"name": full, "version": [full], "pygments_lexer": {"": full},
        "nested": "x" * 1000}
type(kernel).language_info = info
type(kernel).implementation = type(kernel).banner = full
""",
        },
        function=RIGHT,
        total=RIGHT_TOTAL,
        worth=5,
        keeps=5,
    ),
)
