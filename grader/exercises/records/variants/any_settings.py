"""Answers about the settings of runs."""

import numpy as np

from grader.judging.variant import right, wrong


@right("differences")
def with_dicts(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    left = dict(zip(left_names, zip(left_texts, left_numbers, strict=True)))  # noqa: B905
    right = dict(zip(right_names, zip(right_texts, right_numbers, strict=True)))  # noqa: B905
    codes = []
    for name in sorted(set(left) | set(right)):
        if name not in right:
            codes.append(2)
        elif name not in left:
            codes.append(3)
        else:
            (text, a), (other, b) = left[name], right[name]
            if np.isnan(a) or np.isnan(b):
                codes.append(int(text != other))
            else:
                codes.append(int(abs(a - b) > 1e-6 * (abs(a) + abs(b))))
    return codes


@right("differences")
def with_lists(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    def equal(i, j):
        a, b = float(left_numbers[i]), float(right_numbers[j])
        if a == a and b == b:
            return abs(a - b) <= 1e-6 * (abs(a) + abs(b))
        return left_texts[i] == right_texts[j]

    codes = []
    for name in sorted({*left_names, *right_names}):
        here = [name in left_names, name in right_names]
        if all(here):
            both = left_names.index(name), right_names.index(name)
            codes.append(0 if equal(*both) else 1)
        else:
            codes.append(2 if here[0] else 3)
    return np.array(codes)


@right("differences")
def sets_first(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    code = dict.fromkeys(set(left_names) - set(right_names), 2)
    code |= dict.fromkeys(set(right_names) - set(left_names), 3)
    rights = list(zip(right_names, right_texts, right_numbers, strict=True))
    for name, text, a in zip(left_names, left_texts, left_numbers, strict=True):
        for other, told, b in rights:
            if other == name:
                numbers = not np.isnan(a + b)
                near = np.isclose(a, b, rtol=2e-6, atol=0)
                code[name] = int(not near) if numbers else int(text != told)
    return [code[name] for name in sorted(code)]


@wrong("differences", "numbers compared as texts")
def texts(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    left = dict(zip(left_names, left_texts, strict=True))
    right = dict(zip(right_names, right_texts, strict=True))
    codes = []
    for name in sorted(set(left) | set(right)):
        if name not in right:
            codes.append(2)
        elif name not in left:
            codes.append(3)
        else:
            codes.append(int(left[name] != right[name]))
    return codes


@wrong("differences", "numbers compared exactly")
def exactly(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    left = dict(zip(left_names, range(len(left_names)), strict=True))
    right = dict(zip(right_names, range(len(right_names)), strict=True))
    codes = []
    for name in sorted(set(left) | set(right)):
        if name not in right:
            codes.append(2)
        elif name not in left:
            codes.append(3)
        else:
            i, j = left[name], right[name]
            same = left_texts[i] == right_texts[j]
            codes.append(0 if same or left_numbers[i] == right_numbers[j] else 1)
    return codes


@wrong("differences", "small numbers are equal")
def isclose(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    left = dict(zip(left_names, range(len(left_names)), strict=True))
    right = dict(zip(right_names, range(len(right_names)), strict=True))
    codes = []
    for name in sorted(set(left) | set(right)):
        if name not in right:
            codes.append(2)
        elif name not in left:
            codes.append(3)
        else:
            i, j = left[name], right[name]
            a, b = left_numbers[i], right_numbers[j]
            if np.isnan(a) or np.isnan(b):
                codes.append(int(left_texts[i] != right_texts[j]))
            else:
                codes.append(int(not np.isclose(a, b)))
    return codes


@wrong("differences", "texts compared as numbers")
def numbers_alone(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    left = dict(zip(left_names, left_numbers, strict=True))
    right = dict(zip(right_names, right_numbers, strict=True))
    codes = []
    for name in sorted(set(left) | set(right)):
        if name not in right:
            codes.append(2)
        elif name not in left:
            codes.append(3)
        else:
            a, b = left[name], right[name]
            codes.append(0 if abs(a - b) <= 1e-6 * (abs(a) + abs(b)) else 1)
    return codes


@wrong("differences", "capitals don't count")
def lower(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    left = dict(zip(left_names, range(len(left_names)), strict=True))
    right = dict(zip(right_names, range(len(right_names)), strict=True))
    codes = []
    for name in sorted(set(left) | set(right)):
        if name not in right:
            codes.append(2)
        elif name not in left:
            codes.append(3)
        else:
            i, j = left[name], right[name]
            a, b = left_numbers[i], right_numbers[j]
            if np.isnan(a) or np.isnan(b):
                codes.append(int(left_texts[i].lower() != right_texts[j].lower()))
            else:
                codes.append(int(abs(a - b) > 1e-6 * (abs(a) + abs(b))))
    return codes


@wrong("differences", "only what both runs have")
def join(left_names, left_texts, left_numbers, right_names, right_texts, right_numbers):
    codes = []
    for name in sorted(set(left_names) & set(right_names)):
        i, j = left_names.index(name), right_names.index(name)
        a, b = left_numbers[i], right_numbers[j]
        if np.isnan(a) or np.isnan(b):
            codes.append(int(left_texts[i] != right_texts[j]))
        else:
            codes.append(int(abs(a - b) > 1e-6 * (abs(a) + abs(b))))
    return codes


@wrong("differences", "names in the order in which they come")
def unsorted(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    codes = []
    for name in dict.fromkeys(left_names + right_names):
        if name not in right_names:
            codes.append(2)
        elif name not in left_names:
            codes.append(3)
        else:
            i, j = left_names.index(name), right_names.index(name)
            a, b = left_numbers[i], right_numbers[j]
            if np.isnan(a) or np.isnan(b):
                codes.append(int(left_texts[i] != right_texts[j]))
            else:
                codes.append(int(abs(a - b) > 1e-6 * (abs(a) + abs(b))))
    return codes


@wrong("differences", "left and right are exchanged")
def exchanged(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    codes = []
    for name in sorted(set(left_names) | set(right_names)):
        if name not in left_names:
            codes.append(2)
        elif name not in right_names:
            codes.append(3)
        else:
            i, j = left_names.index(name), right_names.index(name)
            a, b = left_numbers[i], right_numbers[j]
            if np.isnan(a) or np.isnan(b):
                codes.append(int(left_texts[i] != right_texts[j]))
            else:
                codes.append(int(abs(a - b) > 1e-6 * (abs(a) + abs(b))))
    return codes


@wrong("differences", "a missing setting just differs")
def one_code(
    left_names, left_texts, left_numbers, right_names, right_texts, right_numbers
):
    codes = []
    for name in sorted(set(left_names) | set(right_names)):
        if name not in left_names or name not in right_names:
            codes.append(1)
        else:
            i, j = left_names.index(name), right_names.index(name)
            a, b = left_numbers[i], right_numbers[j]
            if np.isnan(a) or np.isnan(b):
                codes.append(int(left_texts[i] != right_texts[j]))
            else:
                codes.append(int(abs(a - b) > 1e-6 * (abs(a) + abs(b))))
    return codes


@right("explicit")
def overwritten(parameters, defaults, positional, names, values):
    in_force, explicit = defaults.copy(), np.zeros(len(defaults))
    in_force[: len(positional)] = positional
    explicit[: len(positional)] = 1
    for name, value in zip(names, values, strict=True):
        in_force[parameters.index(name)] = value
        explicit[parameters.index(name)] = 1
    return in_force, explicit


@right("explicit")
def with_a_dict(parameters, defaults, positional, names, values):
    written = dict(zip(parameters, positional.tolist(), strict=False))
    written.update(zip(names, values.tolist(), strict=True))
    pairs = zip(parameters, defaults.tolist(), strict=True)
    in_force = [written.get(name, default) for name, default in pairs]
    return in_force, [name in written for name in parameters]


@right("explicit")
def position_by_position(parameters, defaults, positional, names, values):
    in_force, explicit = [], []
    for place, name in enumerate(parameters):
        if place < len(positional):
            in_force.append(positional[place])
        elif name in names:
            in_force.append(values[names.index(name)])
        else:
            in_force.append(defaults[place])
        explicit.append(int(place < len(positional) or name in names))
    return in_force, explicit


@wrong("explicit", "only what differs from the default")
def different(parameters, defaults, positional, names, values):
    written = dict(zip(parameters, positional.tolist(), strict=False))
    written.update(zip(names, values.tolist(), strict=True))
    pairs = zip(parameters, defaults.tolist(), strict=True)
    in_force = np.array([written.get(name, default) for name, default in pairs])
    return in_force, in_force != defaults


@wrong("explicit", "names are not looked up")
def in_order(parameters, defaults, positional, names, values):
    written = np.concatenate([positional, values])
    in_force = np.concatenate([written, defaults[len(written) :]])
    return in_force, np.arange(len(parameters)) < len(written)


@wrong("explicit", "values by position are lost")
def names_alone(parameters, defaults, positional, names, values):
    in_force, explicit = defaults.copy(), np.zeros(len(defaults))
    for name, value in zip(names, values, strict=True):
        in_force[parameters.index(name)] = value
        explicit[parameters.index(name)] = 1
    return in_force, explicit


@wrong("explicit", "only names are explicit")
def keywords(parameters, defaults, positional, names, values):
    in_force = defaults.copy()
    in_force[: len(positional)] = positional
    for name, value in zip(names, values, strict=True):
        in_force[parameters.index(name)] = value
    return in_force, [name in names for name in parameters]


@wrong("explicit", "zero is replaced by the default")
def value_or_default(parameters, defaults, positional, names, values):
    written = dict(zip(parameters, positional.tolist(), strict=False))
    written.update(zip(names, values.tolist(), strict=True))
    pairs = zip(parameters, defaults.tolist(), strict=True)
    in_force = [written.get(name) or default for name, default in pairs]
    return in_force, [name in written for name in parameters]


@wrong("explicit", "zero counts as not written")
def only_true(parameters, defaults, positional, names, values):
    written = dict(zip(parameters, positional.tolist(), strict=False))
    written.update(zip(names, values.tolist(), strict=True))
    pairs = zip(parameters, defaults.tolist(), strict=True)
    in_force = [written.get(name) or default for name, default in pairs]
    return in_force, [bool(written.get(name)) for name in parameters]


@wrong("explicit", "defaults are marked")
def marks_exchanged(parameters, defaults, positional, names, values):
    written = dict(zip(parameters, positional.tolist(), strict=False))
    written.update(zip(names, values.tolist(), strict=True))
    pairs = zip(parameters, defaults.tolist(), strict=True)
    in_force = [written.get(name, default) for name, default in pairs]
    return in_force, [name not in written for name in parameters]
