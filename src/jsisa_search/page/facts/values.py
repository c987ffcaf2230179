"""Values as pages print them: document numbers (文号), web addresses, counts of readers."""

from __future__ import annotations

import re

from jsisa_search.page.lines import normalize

# 苏钢协〔2022〕15号, 国办发[2017]47号, 第12号公告: office, year in one of four kinds of brackets, number.
_DOCUMENT_NUMBER = re.compile(
    r"[一-鿿A-Za-z]{1,20} ?[〔\[【（(﹝［] ?(?:19|20)\d{2} ?[〕\]】）)﹞］] ?"
    r"(?:第 ?)?\d{1,5} ?[号號](?:公告|令)?"
)
_NUMERAL = re.compile(r"[\d〇零一二三四五六七八九十百]")
_URL = re.compile(r"https?://[^\s<>\"'，。；、）】》]{3,2000}")
_COUNT = re.compile(r"(\d{1,3}(?:[,，]\d{3})+|\d{1,12}(?:\.\d{1,4})?) ?([万萬wWkK千亿億])?")
_MULTIPLES = {"万": 10**4, "萬": 10**4, "w": 10**4, "k": 10**3, "千": 10**3, "亿": 10**8, "億": 10**8}


def read_count(text: str) -> int | None:
    """Return a number of readers: `251次`, `1,234`, `1.2万`; `None` where there is none."""
    match = _COUNT.search(text)
    if match is None:
        return None
    number = float(match[1].replace(",", "").replace("，", ""))
    return round(number * _MULTIPLES.get((match[2] or "").lower(), 1))


def read_url(text: str) -> str | None:
    """Return the first web address in `text`."""
    match = _URL.search(text)
    return match[0] if match else None


def read_document_number(text: str) -> str | None:
    """Return `text`, without blanks, if it has the form of a document number (文号)."""
    line = normalize(text)
    return line.replace(" ", "") if _DOCUMENT_NUMBER.fullmatch(line) else None


def read_labelled_number(text: str) -> str | None:
    """Return what stands under 文号: a document number, or anything else that has a number in it."""
    return read_document_number(text) or (text if _NUMERAL.search(text) else None)


def find_document_number(text: str) -> str | None:
    """Return the first document number in `text`, without its blanks."""
    match = _DOCUMENT_NUMBER.search(normalize(text))
    return match[0].replace(" ", "") if match else None
