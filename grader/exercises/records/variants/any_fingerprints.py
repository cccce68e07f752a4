"""Answers about the fingerprint of settings."""

import numpy as np

from grader.judging.variant import right, wrong


@right("fingerprint")
def dumped(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@right("fingerprint")
def from_hex_digits(names, values):
    import hashlib
    import json

    settings = dict(sorted(zip(names, values, strict=True)))
    text = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    digits = hashlib.sha256(bytes(text, "utf-8")).hexdigest()
    return [int(digits[i : i + 2], 16) for i in range(0, 16, 2)]


@right("fingerprint")
def written_by_hand(names, values):
    import hashlib

    def shown(value):
        if isinstance(value, bool):
            return "true" if value else "false"
        return f'"{value}"' if isinstance(value, str) else repr(value)

    pairs = sorted(zip(names, map(shown, values), strict=True))
    text = "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return np.frombuffer(digest, dtype=np.uint8)[:8]


@wrong("fingerprint", "keys are not sorted")
def unsorted(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    text = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "spaces after the separators")
def spaced(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "letters are escaped")
def escaped(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "json.dumps as it is")
def defaults(names, values):
    import hashlib
    import json

    text = json.dumps(dict(zip(names, values, strict=True)), sort_keys=True)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "all values are texts")
def texts(names, values):
    import hashlib
    import json

    settings = dict(zip(names, map(str, values), strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "whole floats are written as ints")
def whole(names, values):
    import hashlib
    import json

    plain = [v if v % 1 else int(v) for v in values if isinstance(v, float)]
    left = iter(plain)
    values = [next(left) if isinstance(v, float) else v for v in values]
    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "floats are rounded")
def rounded(names, values):
    import hashlib
    import json

    values = [float(f"{v:g}") if isinstance(v, float) else v for v in values]
    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "Python's text of a dict")
def a_dict(names, values):
    import hashlib

    text = str(dict(sorted(zip(names, values, strict=True))))
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "another hash")
def md5(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return list(digest[:8])


@wrong("fingerprint", "hex digits in place of bytes")
def hex_digits(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return [int(digit, 16) for digit in digest[:8]]


@wrong("fingerprint", "the last bytes")
def last(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[-8:])
