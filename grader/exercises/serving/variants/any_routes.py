"""Answers about who gets which version."""

import numpy as np

from grader.judging.variant import right, wrong


@right("pick_version")
def step_by_step(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = [v for v in versions if v in specific] if specific else versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    statuses, answers = [], []
    for request in asked:
        kind, _, name = request.partition("/")
        if kind == "":
            version = max(served, default=-1)
        elif kind == "versions":
            version = int(name)
        else:
            version = named.get(name, -1)
        found = version in served
        statuses.append(200 if found else 404)
        answers.append(version if found else -1)
    return statuses, answers


@right("pick_version")
def with_a_table(folders, latest, specific, labels, numbers, asked):
    versions = {name: int(name) for name in folders if name.strip("0123456789") == ""}
    versions = [v for name, v in versions.items() if str(v) == name and v > 0]
    served = set(specific) & set(versions) or set()
    if not specific:
        served = set(sorted(versions, reverse=True)[:latest])
    table = {f"versions/{v}": v for v in served}
    for label, number in zip(labels, numbers, strict=True):
        if number in served:
            table[f"labels/{label}"] = number
    if served:
        table[""] = max(served)
    pairs = [(200, table[r]) if r in table else (404, -1) for r in asked]
    return tuple(np.array(pairs).T)


@right("pick_version")
def with_a_function(folders, latest, specific, labels, numbers, asked):
    on_disk = np.array([int(f) for f in folders if f.isdigit() and f == str(int(f))])
    on_disk.sort()
    served = on_disk[np.isin(on_disk, specific)] if specific else on_disk[-latest:]

    def number(request):
        if request.startswith("versions/"):
            return int(request[len("versions/") :])
        if request.startswith("labels/"):
            label = request[len("labels/") :]
            return numbers[labels.index(label)] if label in labels else -1
        return served[-1] if len(served) else -1

    answers = [n if n in served else -1 for n in map(number, asked)]
    return [404 if n < 0 else 200 for n in answers], answers


@wrong("pick_version", "versions ordered as texts")
def texts(folders, latest, specific, labels, numbers, asked):
    names = sorted(f for f in folders if f.isdecimal() and f[0] != "0")
    served = [int(f) for f in names]
    served = [v for v in served if v in specific] if specific else served[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        if kind == "":
            version = max(served, default=-1)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "the newest as a text")
def names_alone(folders, latest, specific, labels, numbers, asked):
    names = sorted(f for f in folders if f.isdecimal() and f[0] != "0")
    named = [str(version) for version in specific]
    served = [f for f in names if f in named] if specific else names[-latest:]
    meant = dict(zip(labels, map(str, numbers), strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        if kind == "labels":
            name = meant.get(name)
        elif kind == "":
            name = served[-1] if served else None
        answers.append(int(name) if name in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "a leading zero is a version")
def any_digits(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdigit())
    served = [v for v in versions if v in specific] if specific else versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        if kind == "":
            version = max(served, default=-1)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "the oldest are served")
def oldest(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = [v for v in versions if v in specific] if specific else versions[:latest]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        if kind == "":
            version = max(served, default=-1)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "all on disk are served")
def everything(folders, latest, specific, labels, numbers, asked):
    served = [int(f) for f in folders if f.isdecimal() and f[0] != "0"]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        if kind == "":
            version = max(served)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "specific versions are ignored")
def latest_alone(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        if kind == "":
            version = max(served)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "a version without a folder is served")
def not_there(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = specific or versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        if kind == "":
            version = max(served)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "the newest on disk answers")
def newest_folder(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = [v for v in versions if v in specific] if specific else versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        answers.append(version if version in served else -1)
        if kind == "":
            answers[-1] = versions[-1]
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "another version answers")
def falls_back(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = [v for v in versions if v in specific] if specific else versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        version = int(name) if kind == "versions" else named.get(name, -1)
        newest = max(served, default=-1)
        answers.append(version if version in served else newest)
    return [404 if v < 0 else 200 for v in answers], answers


@wrong("pick_version", "a label always answers")
def label_alone(folders, latest, specific, labels, numbers, asked):
    versions = sorted(int(f) for f in folders if f.isdecimal() and f[0] != "0")
    served = [v for v in versions if v in specific] if specific else versions[-latest:]
    named = dict(zip(labels, numbers, strict=True))
    answers = []
    for request in asked:
        kind, _, name = request.partition("/")
        if kind == "labels":
            answers.append(named.get(name, -1))
            continue
        version = int(name) if kind == "versions" else max(served, default=-1)
        answers.append(version if version in served else -1)
    return [404 if v < 0 else 200 for v in answers], answers


@right("canary")
def as_it_says(keys, share):
    import zlib

    buckets = [zlib.crc32(key.encode("utf-8")) % 100 for key in keys]
    return buckets, [int(bucket < share) for bucket in buckets]


@right("canary")
def in_an_array(keys, share):
    import zlib

    buckets = np.array([zlib.crc32(bytes(key, "utf-8")) for key in keys]) % 100
    return buckets, buckets < share


@right("canary")
def byte_by_byte(keys, share):
    def crc(data):
        value = 0xFFFFFFFF
        for byte in data:
            value ^= byte
            for _ in range(8):
                value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        return value ^ 0xFFFFFFFF

    buckets = [crc(key.encode()) % 100 for key in keys]
    chosen = set(range(share))
    return buckets, [1 if bucket in chosen else 0 for bucket in buckets]


@wrong("canary", "the share itself is included")
def up_to(keys, share):
    import zlib

    buckets = np.array([zlib.crc32(key.encode("utf-8")) % 100 for key in keys])
    return buckets, buckets <= share


@wrong("canary", "the other side")
def the_others(keys, share):
    import zlib

    buckets = np.array([zlib.crc32(key.encode("utf-8")) % 100 for key in keys])
    return buckets, buckets >= share


@wrong("canary", "the upper buckets")
def upper(keys, share):
    import zlib

    buckets = np.array([zlib.crc32(key.encode("utf-8")) % 100 for key in keys])
    return buckets, buckets >= 100 - share


@wrong("canary", "the first keys")
def first(keys, share):
    import zlib

    buckets = [zlib.crc32(key.encode("utf-8")) % 100 for key in keys]
    return buckets, [i * 100 < share * len(keys) for i in range(len(keys))]


@wrong("canary", "another encoding")
def latin(keys, share):
    import zlib

    buckets = np.array([zlib.crc32(key.encode("latin-1")) % 100 for key in keys])
    return buckets, buckets < share


@wrong("canary", "letters are left out")
def ascii_alone(keys, share):
    import zlib

    plain = [key.encode("ascii", "ignore") for key in keys]
    buckets = np.array([zlib.crc32(key) % 100 for key in plain])
    return buckets, buckets < share


@wrong("canary", "another checksum")
def adler(keys, share):
    import zlib

    buckets = np.array([zlib.adler32(key.encode("utf-8")) % 100 for key in keys])
    return buckets, buckets < share


@wrong("canary", "a remainder of 101")
def too_many(keys, share):
    import zlib

    buckets = np.array([zlib.crc32(key.encode("utf-8")) % 101 for key in keys])
    return buckets, buckets < share
