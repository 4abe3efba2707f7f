"""The left column of a case, and where one writes: what its templates are given."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from desk.dossier import Rows
from desk.service import Service
from store.tx import Transaction


def values(tx: Transaction, service: Service, request: Request, case: Any, rows: Rows) -> Mapping[str, Any]:
    """What the template is given beyond what every part of the page has; `case` is its row."""
    return {}
