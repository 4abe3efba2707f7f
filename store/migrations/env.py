"""Alembic's entry: migrations run over the connection that `store.schema` opened."""

from typing import Any, Literal

from alembic import context

from store.tables import metadata
from store.tables.base import UtcDateTime


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Migrations name plain types, so that they stay true when the code's own types change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
