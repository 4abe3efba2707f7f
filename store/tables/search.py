"""The words of each case, folded (`cases.folding`), for full-text search.

SQLite finds them by the FTS5 table `words_index`, which triggers keep; PostgreSQL by the generated column `vector`, in
which who wrote has the weight A and the text B. Both were made by the migration and are nobody's to write.
"""

from sqlalchemy import Column, Table, Text

from store.tables.base import Identity, metadata

PER_CASE = 65_536
"""The rows of a case have the ids from `case id * PER_CASE` on: so the newest case comes first by key alone, and what a
case has is found without another index."""

words = Table(
    "words",
    metadata,
    Column("id", Identity, primary_key=True, autoincrement=False),
    Column("sender", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""One row for each message, note or call. `sender` are the words of the name and address of who wrote, for `from:`."""
