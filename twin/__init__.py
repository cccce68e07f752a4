"""One model in PyTorch and in TensorFlow (Keras): paired, copied, compared, trained.

    from twin import Twin, audit

    pair = Twin(module, model, sample)   # sample: in the module's layout
    pair.copy(to="keras")                # or "torch"
    print(pair.compare(sample))          # layer by layer
    print(audit(module, model))          # settings in which they differ

See twin/README.md.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from twin.problems import TwinError

if TYPE_CHECKING:
    from twin.auditing.audit import audit
    from twin.pair import Twin
    from twin.rules.registry import rule
    from twin.weights import Weight

__all__ = ["Twin", "TwinError", "Weight", "audit", "rule"]

# Both frameworks are imported when one of these names is first used; for audit, those
# that it is given something of.
_HOMES = {
    "Twin": "twin.pair",
    "Weight": "twin.weights",
    "audit": "twin.auditing.audit",
    "rule": "twin.rules.registry",
}
_NEEDS = {"torch": "PyTorch", "keras": "Keras", "tensorflow": "TensorFlow"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"twin has no {name!r}; it has {', '.join(__all__)}")
    if name == "audit":
        return import_module(_HOMES[name]).audit
    for package, framework in _NEEDS.items():
        if find_spec(package) is None:
            raise TwinError(
                f"twin.{name} needs both frameworks, and {framework} is not installed: "
                f"pip install {package}"
            )
    import_module("twin.rules")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
