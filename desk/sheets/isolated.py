"""The child that opens a workbook: one cell at the far corner makes the library ask for half a terabyte and abort.

It is given the bytes on stdin and answers with the texts of every sheet as JSON; `desk.sheets.read` judges them.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from ingest.email.isolated import limit_resources

MAX_SHEETS = 8
MAX_ROWS = 5_100
MAX_COLUMNS = 40
MAX_TEXT = 4_000


def main() -> int:
    limit_resources()
    json.dump(texts(sys.stdin.buffer.read()), sys.stdout)
    return 0


def texts(body: bytes) -> dict[str, list[list[str]]]:
    """Every sheet by name: its rows from the first one on, each cell as text. Raises CalamineError."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = CalamineWorkbook.from_filelike(BytesIO(body))
    sheets = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    return {name: _rows(book.get_sheet_by_name(name)) for name in sheets[:MAX_SHEETS]}


def _rows(sheet: Any) -> list[list[str]]:
    rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
    return [[_text(value)[:MAX_TEXT] for value in row[:MAX_COLUMNS]] for row in rows]


def _text(value: Any) -> str:
    """A cell as a person would type it."""
    match value:
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
