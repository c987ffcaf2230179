"""Damaged bytes: every place of a text, one byte more, less or other."""

from __future__ import annotations

import random
import time

import pytest

from jsisa_search.errors import DecodeError
from jsisa_search.page.damage import count_gaps, describe_damage
from jsisa_search.page.decode import decode

TEXT = (
    "云浦区召开便民服务圈建设推进会，部署下一阶段工作。\n会议指出，全区已建成便民服务点186个，群众办事平均少跑2.3公里。\n"
    "各街道要抓好落实，确保各项任务落地见效，让群众有更多获得感。\n"
)


def damage(data: bytes, at: int, kind: str, rng: random.Random) -> bytes:
    """Return `data` with one byte at `at` lost, added or changed."""
    if kind == "lost":
        return data[:at] + data[at + 1 :]
    return data[:at] + rng.randbytes(1) + data[at + (kind == "changed") :]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("kind", ["lost", "added", "changed"])
def test_one_damaged_byte_costs_a_few_characters(encoding: str, kind: str) -> None:
    """Wherever it is, the text is read, and all but a few characters around it are what they were."""
    rng = random.Random(7)
    data = TEXT.encode(encoding)
    for _ in range(60):
        damaged = damage(data, rng.randrange(len(data)), kind, rng)
        text = decode(damaged, "a.txt", is_tolerant=True)
        kept = len(common_start(text, TEXT)) + len(common_start(text[::-1], TEXT[::-1]))
        assert kept >= len(TEXT) - 4, (damaged, text)


def common_start(one: str, other: str) -> str:
    """Return how two texts begin alike."""
    pairs = zip(one, other, strict=False)
    length = next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
    return one[:length]


def test_a_shifted_line_is_marked_where_the_byte_is_missing() -> None:
    """In GBK a lost byte would make other characters of the rest of its line."""
    data = TEXT.encode("gb18030")
    text = decode(data[:20] + data[21:], "a.txt", is_tolerant=True)
    assert text == TEXT[:10] + "\ufffd" + TEXT[11:]
    assert describe_damage(text).endswith("shown as \ufffd: line 1, character 11")


def test_places_are_named_and_counted() -> None:
    """Several U+FFFD in a row are one damage; three places are named."""
    text = "甲\ufffd\ufffd乙\r\n丙\r\ufffd\n\ufffd丁丁\ufffd"
    assert count_gaps(text) == 4
    reason = describe_damage(text)
    assert reason.startswith("4 characters could not be read")
    assert reason.endswith("line 1, character 2; line 3, character 1; line 4, character 1; …")
    assert describe_damage("甲") == ""


def test_a_binary_file_of_lines_is_refused_quickly() -> None:
    """Lines that are damaged everywhere are not mended one by one."""
    data = random.Random(1).randbytes(300_000).replace(b"\0", b"\n")
    begin = time.thread_time()
    with pytest.raises(DecodeError):
        decode(data, "a.txt", is_tolerant=True)
    long = (TEXT * 100).replace("\n", "").encode("gb18030")
    assert decode(b"\n".join([long + b"\xff"] * 30), "a.txt", is_tolerant=True).count("\ufffd") == 30
    assert time.thread_time() - begin < 20
