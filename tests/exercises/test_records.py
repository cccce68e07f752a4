"""The references of the exercises on records, by other means."""

import hashlib
import inspect
import itertools
import re
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

SEEDS = range(8)  # 0 stands for the public cases; `course check` draws more
SOURCE = Path(__file__).parents[2] / "sources/exercises/12_records.py"


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"records.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def reference(name: str, case: dict[str, object]):
    return find(f"records.{name}").reference(**case)


def test_differences_are_those_that_sql_finds():
    query = """
        SELECT name, CASE
            WHEN r.name IS NULL THEN 2
            WHEN l.name IS NULL THEN 3
            WHEN l.number IS NOT NULL AND r.number IS NOT NULL
                THEN abs(l.number - r.number)
                    > 1e-6 * (abs(l.number) + abs(r.number))
            ELSE l.text <> r.text END
        FROM l FULL JOIN r USING (name) ORDER BY name
    """
    for case in wide("differences"):
        base = sqlite3.connect(":memory:")
        for table, side in (("l", "left"), ("r", "right")):
            base.execute(f"CREATE TABLE {table} (name TEXT, text TEXT, number DOUBLE)")
            columns = (case[f"{side}_{what}"] for what in ("names", "texts"))
            numbers = case[f"{side}_numbers"].tolist()
            rows = zip(*columns, numbers, strict=True)  # SQLite makes NULL of NaN
            base.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        codes = [code for _, code in base.execute(query)]
        base.close()
        assert codes == reference("differences", case).tolist()
        assert set(codes) == {0, 1, 2, 3}


def test_explicit_is_what_python_binds():
    for case in wide("explicit"):
        in_force, explicit = reference("explicit", case)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        pairs = zip(case["parameters"], case["defaults"], strict=True)
        signature = inspect.Signature(
            [inspect.Parameter(name, kind, default=value) for name, value in pairs]
        )
        named = dict(zip(case["names"], case["values"], strict=True))
        bound = signature.bind(*case["positional"], **named)
        written = set(bound.arguments)
        bound.apply_defaults()
        assert list(bound.arguments.values()) == list(in_force)
        assert [name in written for name in case["parameters"]] == list(explicit == 1)
        assert 0 in case["values"]
        same = (in_force == case["defaults"]) & (explicit == 1)
        assert same.any()


def test_optimizer_settings_make_an_optimizer_that_takes_the_same_step():
    import torch

    from grader.exercises.records.variants.torch_optimizers import prepared

    kinds = {"adamw": torch.optim.AdamW, "rmsprop": torch.optim.RMSprop}
    for case in wide("optimizer_settings"):
        settings = reference("optimizer_settings", case).tolist()
        rate, momentum, beta_1, beta_2, rho, epsilon, decay = settings
        given = {"momentum": momentum, "alpha": rho, "eps": epsilon}
        given = {name: value for name, value in given.items() if value != -1}
        if beta_1 != -1:
            given["betas"] = (beta_1, beta_2)
        weight = torch.ones(2)
        make = kinds.get(case["kind"], torch.optim.SGD)
        fresh = make([weight], lr=rate, weight_decay=decay, **given)
        live = prepared(**case)
        other = live.param_groups[0]["params"][0]
        other.fill_(1.0)
        # Without a gradient, no step before left anything behind.
        assert not live.state
        for _ in range(3):
            weight.grad, other.grad = torch.ones(2), torch.ones(2)
            fresh.step(), live.step()
        np.testing.assert_allclose(other, weight, rtol=1e-6)
        assert weight[0] != 1


def test_optimizer_settings_are_what_keras_says_of_its_own():
    from grader.exercises.records.variants.tensorflow_optimizers import prepared

    names = ("momentum", "beta_1", "beta_2", "rho", "epsilon")
    for case in wide("optimizer_settings"):
        live = prepared(**case)
        config = live.get_config()
        held = [config.get(name, -1) for name in names]
        settings = reference("optimizer_settings", case)
        np.testing.assert_allclose(settings[1:6], held, rtol=1e-6)
        assert settings[6] == pytest.approx(config["weight_decay"] or 0)
        assert settings[0] == pytest.approx(float(live.learning_rate))
        assert int(live.iterations) == case["steps"]


def test_fingerprint_is_that_of_the_text_written_by_hand():
    for case in wide("fingerprint"):
        parts = []
        for name, value in sorted(zip(case["names"], case["values"], strict=True)):
            shown = f'"{value}"' if isinstance(value, str) else repr(value).lower()
            parts.append(f'"{name}":{shown}')
        text = "{" + ",".join(parts) + "}"
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        found = reference("fingerprint", case).astype(int)
        assert bytes(found.tolist()).hex() == digest[:16]


def test_fingerprint_of_the_example_is_the_one_in_the_text():
    text = SOURCE.read_text(encoding="utf-8")
    settings = {"seed": 3, "rate": 1.0, "city": "Köln"}
    found = find("records.fingerprint").reference(list(settings), [*settings.values()])
    told = re.search(r"For the example they are ([\d,\s#]+)\.", text)[1]
    assert [int(n) for n in re.findall(r"\d+", told)] == found.tolist()


def test_lock_check_agrees_with_pips_own_library():
    for case in wide("lock_check"):
        lines = [line.split() for line in case["lock"]]
        locked = {}
        for first, *hashes in lines:
            one = Requirement(first)
            locked[canonicalize_name(one.name)] = one.specifier, hashes
        codes = []
        for requirement in map(Requirement, case["requirements"]):
            found = locked.get(canonicalize_name(requirement.name))
            if found is None:
                codes.append(1)
                continue
            specifier, hashes = found
            signs = [(s.operator, "*" in s.version) for s in specifier]
            if signs != [("==", False)]:
                codes.append(2)
            elif not _satisfies(specifier, requirement.specifier):
                codes.append(3)
            else:
                codes.append(0 if hashes else 4)
        assert codes == reference("lock_check", case).tolist()
        assert set(codes) == {0, 1, 2, 3, 4}


def _satisfies(pin: SpecifierSet, wanted: SpecifierSet) -> bool:
    return all(wanted.contains(one.version) for one in pin)


def test_check_rows_counts_each_text_once():
    for case in wide("check_rows"):
        counts, passed = reference("check_rows", case)
        for column, texts in enumerate(zip(*case["rows"], strict=True)):
            low, high = case["low"][column], case["high"][column]
            if case["kinds"][column] == "category":
                unseen = [t for t in texts if t and t not in case["seen"][column]]
                wrong, outside = [], []
            else:
                form = r"-?\d+" if case["kinds"][column] == "int" else r"-?\d+(\.\d+)?"
                unseen = []
                wrong = [t for t in texts if t and not re.fullmatch(form, t)]
                rest = [float(t) for t in texts if re.fullmatch(form, t)]
                outside = [v for v in rest if v < low or v > high]
            nulls = texts.count("")
            found = [len(wrong), len(outside), len(unseen), nulls]
            assert counts[column].tolist() == found
            few = nulls / len(texts) <= case["most"][column]
            assert passed[column] == (few and not wrong and not outside and not unseen)
        shares = counts[:, 3] / len(case["rows"])
        assert (passed & (shares == case["most"])).any()
        assert counts.any(axis=0).all()


def test_retrieval_is_each_users_sorted_list():
    short = 0
    for case in wide("retrieval"):
        indices, scores = reference("retrieval", case)
        for user, seen, found, values in zip(
            case["users"], case["seen"], indices, scores, strict=True
        ):
            worth = [sum(user * item) for item in case["items"]]
            left = [i for i, flag in enumerate(seen) if not flag]
            left.sort(key=lambda i, worth=worth: (-worth[i], i))
            left = left[: case["k"]]
            missing = case["k"] - len(left)
            short += missing > 0
            assert found.tolist() == left + [-1] * missing
            assert values.tolist() == [worth[i] for i in left] + [0] * missing
    assert short


def test_rerank_is_the_best_at_each_place():
    """Each prefix is compared with every candidate that could have followed it."""
    for case in wide("rerank"):
        chosen, adjusted = reference("rerank", case)
        kinds, scores = case["categories"], case["scores"]
        assert len(set(chosen)) == len(chosen) == case["k"]
        for place, (best, won) in enumerate(zip(chosen, adjusted, strict=True)):
            taken = [kinds[i] for i in chosen[:place]]
            worth = {
                i: scores[i] - case["penalty"] * taken.count(kinds[i])
                for i in range(len(scores))
                if i not in chosen[:place]
            }
            assert won == worth[best] == max(worth.values())
            assert best == min(i for i, value in worth.items() if value == won)


def test_rerank_equals_a_sort_with_the_penalty_of_each_rank():
    """Within a category the greedy choice goes by score, so that ranks are known."""
    for case in wide("rerank"):
        _, adjusted = reference("rerank", case)
        everything = []
        for kind in set(case["categories"]):
            pairs = zip(case["scores"], case["categories"], strict=True)
            own = sorted((s for s, c in pairs if c == kind), reverse=True)
            everything += [s - case["penalty"] * n for n, s in enumerate(own)]
        best = sorted(everything, reverse=True)
        assert adjusted.tolist() == list(itertools.islice(best, case["k"]))
