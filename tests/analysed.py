"""Applications that are made quickly: what FastAPI finds out about a parameter of a route, it finds out once a process.

It looks at every parameter of every route for each application anew: half a second for ours, a thousand times over. Its
answer depends on nothing but the parameter. Processes of the service itself, which tests start, know nothing of this.
"""

from typing import Any

from fastapi.dependencies import utils

Key = tuple[str, int, int, bool]

_analyse = utils.analyze_param
_known: dict[Key, tuple[Any, ...]] = {}


def analysed_once() -> None:
    """From now on, in this process."""
    utils.analyze_param = _analysed


def _analysed(*, param_name: str, annotation: Any, value: Any, path_param_names: set[str]) -> utils.ParamDetails:
    """What is known by the identity of its parts stays known with them, so that no other gets their identity."""
    key = param_name, id(annotation), id(value), param_name in path_param_names
    if key not in _known:
        found = _analyse(param_name=param_name, annotation=annotation, value=value, path_param_names=path_param_names)
        _known[key] = found, annotation, value
    details: utils.ParamDetails = _known[key][0]
    return details
