"""How often a model that runs beside the one in use says the same. Pure."""

from collections.abc import Sequence
from typing import Any

from cases.review import Field


def agreement(rows: Sequence[Any]) -> dict[str, float]:
    """The share of messages on which shadow and model in use agree, by field and on all three."""
    shares = {str(field): [row.shown[field] == row.said[field] for row in rows] for field in Field}
    shares["all"] = [not row.differs for row in rows]
    return {name: sum(same) / len(same) for name, same in shares.items() if same}
