"""What a server makes of the body of a request, whatever a client sent."""

import json

import numpy as np
import pytest

from grader.production.serving.instances import parse
from grader.production.serving.refused import Refused


def body(rows: object) -> bytes:
    return json.dumps({"instances": rows}).encode()


def test_rows_become_float32():
    rows = parse(body([[1, 2.5], [3, 4]]), 2, 10)
    assert rows.dtype == np.float32
    assert rows.tolist() == [[1, 2.5], [3, 4]]


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        (b"", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
        (b'{"instances": [[NaN, 1]]}', 400, "NaN"),
        (b'{"instances": [[1e999, 1]]}', 400, "instances[0][0]"),
        (b'{"instances": [[1e39, 1]]}', 400, "float32"),
        (b'{"instances": [[' + b"9" * 400 + b", 1]]}", 400, "float32"),
        (b'{"instances": [[' + b"9" * 5000 + b", 1]]}", 400, "not JSON"),
        (b"[[1, 2]]", 400, "object"),
        (b'{"inputs": [[1, 2]]}', 400, "instances"),
        (body([]), 400, "at least one"),
        (body([1, 2]), 400, "instances[0]"),
        (body([[1, 2], [1, 2, 3]]), 400, "instances[1]"),
        (body([[1, [2]]]), 400, "instances[0][1]"),
        (body([[1, "2"]]), 400, "instances[0][1]"),
        (body([[True, 2]]), 400, "instances[0][0]"),
        (body([[None, 2]]), 400, "instances[0][0]"),
        (body([[1, 2]] * 4), 413, "4 rows"),
    ],
)
def test_what_is_wrong_is_named(sent, status, told):
    with pytest.raises(Refused) as refused:
        parse(sent, 2, 3)
    assert refused.value.status == status
    assert told in str(refused.value)
    assert len(str(refused.value)) < 200
