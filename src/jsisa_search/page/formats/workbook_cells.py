"""The cells of a workbook (.xls, .xlsx) as a program of its own.

    python -P workbook_cells.py MAX_ROWS MAX_CELLS MAX_MEMORY < workbook.xlsx

Two cells far apart make calamine allocate all between them, and a failed allocation ends the process; the
caller outlives that. One JSON object is written: `error`, or `sheets`, those that are shown, each with
`name`, the number of its `first` row, and `rows` of texts; or `name` and `error` where it is too large.
Nothing else of this package is imported.
"""

from __future__ import annotations

import datetime
import json
import sys
from io import BytesIO
from typing import Any

_MIDNIGHT = datetime.time()


def main() -> None:
    """Read standard input and write what it holds."""
    most_rows, most_cells, memory = (int(argument) for argument in sys.argv[1:4])
    _limit(memory)
    try:
        answer = read(sys.stdin.buffer.read(), most_rows, most_cells)
    except ImportError:
        answer = {"error": "missing"}
    except MemoryError:
        answer = {"error": "memory"}
    json.dump(answer, sys.stdout)


def _limit(memory: int) -> None:
    """Bound the memory of this process in bytes, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def read(data: bytes, most_rows: int, most_cells: int) -> dict[str, Any]:
    """Return the answer for the workbook `data`, or why there is none: `password`, `damaged`."""
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    except calamine.PasswordError:
        return {"error": "password"}
    except (calamine.CalamineError, OSError, ValueError):
        return {"error": "damaged"}
    sheets: list[dict[str, Any]] = []
    cells = 0
    for meta in workbook.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet or meta.visible != calamine.SheetVisibleEnum.Visible:
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
        except (calamine.CalamineError, OSError, ValueError):
            sheets.append({"name": meta.name, "error": "damaged"})
            continue
        cells += sheet.height * sheet.width
        if sheet.height > most_rows or cells > most_cells:
            sheets.append({"name": meta.name, "error": "rows"})
            continue
        rows = [[shown(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
        sheets.append({"name": meta.name, "first": (sheet.start or (0, 0))[0] + 1, "rows": rows})
    return {"sheets": sheets}


def shown(value: Any) -> str:
    """Return the value of a cell as text: whole numbers without a point, dates as dates."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.15g}"  # what a workbook keeps of a number
        case datetime.datetime():
            return str(value.date() if value.time() == _MIDNIGHT else value.replace(microsecond=0))
        case _:
            return str(value)


if __name__ == "__main__":
    main()
