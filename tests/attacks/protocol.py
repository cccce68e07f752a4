"""Attacks through Jupyter's messages: forged verdicts, replies and states."""

from tests.attacks.attack import RIGHT_TOTAL, STOCK, Attack

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
from grader.learner import answers
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
)
