"""A parser of index files that was written from docs/format.md alone; nothing of the package is used."""

from __future__ import annotations

import json
import pickle
import struct
import zlib
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Posting = tuple[int, int, list[int]]

_VALUES: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": bytes.fromhex,
    "decimal": Decimal,
    "float": float,
    "tuple": tuple,
    "dict": dict,
}


class _Plain:
    """Stands for any class that a table of contents names."""

    def __init__(self, *_: Any) -> None:
        pass


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name in ("_reconstructor", "encode"):
            return super().find_class(module, name)
        return type(name, (_Plain,), {})


def parse_toc(content: bytes) -> tuple[int, list[dict[str, Any]]]:
    """Return the generation of a table of contents and the attributes of its segments."""
    magic, checksum = struct.unpack("<8sI", content[-12:])
    assert magic == b"JSISATOC"
    assert checksum == zlib.crc32(content[:-12])
    assert content[:3] == bytes([4, 8, 4])
    assert struct.unpack(">ii", content[3:11]) == (-12345, -111)
    at = 14
    length = shift = 0
    while True:
        length |= (content[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not content[at - 1] & 0x80:
            break
    at += length
    generation, zero = struct.unpack(">ii", content[at : at + 8])
    assert zero == 0
    segments = _Unpickler(BytesIO(content[at + 8 : -12])).load()
    return generation, [vars(segment) for segment in segments]


class Parser:
    """A segment file."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        magic, version, crc, offset, length = struct.unpack("<8sIIQQ", data[:32])
        assert (magic, version, offset + length) == (b"JSISASEG", 6, len(data))
        assert zlib.crc32(data[:32]) == struct.unpack("<I", data[32:36])[0]
        assert data[36:64] == bytes(28)
        assert zlib.crc32(data[offset:]) == crc
        directory = json.loads(data[offset:])
        self.meta = directory["meta"]
        self.doc_count: int = self.meta["docs"]
        self.arrays: dict[str, Array] = {}
        end = 64
        for name, (dtype, shape, start, checksum) in sorted(
            directory["arrays"].items(), key=lambda item: (item[1][2], -len(item[0]))
        ):
            assert start % 64 == 0
            array = np.frombuffer(data, dtype, int(np.prod(shape)), start).reshape(shape)
            assert zlib.crc32(array.tobytes()) == checksum
            assert not any(data[min(end, start) : start])
            end = max(end, start + array.nbytes)
            self.arrays[name] = array
        assert end == offset

    def terms(self, field: str) -> list[bytes]:
        """Return the terms of a field."""
        if f"field/{field}/terms.pairs" in self.arrays:
            assert f"field/{field}/terms.bytes" not in self.arrays
            characters = [chr(point) for point in self.arrays[f"field/{field}/terms.characters"]]
            assert characters == sorted(set(characters))
            pairs = self.arrays[f"field/{field}/terms.pairs"].tolist()
            terms = [
                characters[pair // len(characters)] + characters[pair % len(characters)] for pair in pairs
            ]
            return [term.encode("utf-8", "surrogatepass") for term in terms]
        blob = self.arrays[f"field/{field}/terms.bytes"].tobytes()
        return _cut(blob, self.arrays[f"field/{field}/terms.starts"])

    def number_of(self, field: str, term: bytes) -> int:
        """Return the number of a term by the hash table, if there is one, -1 where it is not there."""
        if f"field/{field}/terms.pairs" in self.arrays:
            terms = self.terms(field)
            return terms.index(term) if term in terms else -1
        buckets = self.arrays[f"field/{field}/terms.buckets"].tolist()
        bucket = zlib.crc32(term) % (len(buckets) - 1)
        terms = self.terms(field)
        hashed = self.arrays[f"field/{field}/terms.hashed"][buckets[bucket] : buckets[bucket + 1]]
        return next((number for number in hashed.tolist() if terms[number] == term), -1)

    def _patched(self, name: str, *dtypes: str) -> list[int] | None:
        if name + ".low" not in self.arrays:
            return None
        low = self.arrays[name + ".low"]
        assert low.dtype.str in dtypes
        whole = low.astype(np.int64)
        for at, high in zip(self.arrays[name + ".at"], self.arrays[name + ".high"], strict=True):
            whole[at] += int(high) << 8 * low.itemsize
        return list(whole.tolist())

    def _array_documents(self, prefix: str) -> list[int]:
        low = self.arrays[prefix + "docs.array"]
        assert low.dtype == "<u2"
        assert (prefix + "docs.array.high" in self.arrays) == (self.doc_count > 65536)
        high = self.arrays.get(prefix + "docs.array.high", np.zeros(len(low), "u1"))
        assert high.dtype == ("u1" if self.doc_count <= 1 << 24 else "<u2")
        return [doc + 65536 * above for doc, above in zip(low.tolist(), high.tolist(), strict=True)]

    def _bitmap_documents(self, prefix: str, row: int) -> list[int]:
        words = self.arrays[prefix + "docs.bitmap"]
        assert words.dtype == "<u8"
        assert words.shape[1] == -(-self.doc_count // 64)
        bits = words[row].tolist()
        return [64 * at + bit for at, word in enumerate(bits) for bit in range(64) if word >> bit & 1]

    def _documents(self, field: str) -> list[int]:
        prefix = f"field/{field}/"
        array = self._array_documents(prefix)
        starts = self.arrays[prefix + "starts"].tolist()
        long = self.arrays[prefix + "long.terms"].tolist()
        long_starts = self.arrays[prefix + "long.starts"].tolist()
        offsets = self.arrays[prefix + "long.offsets"].tolist()
        docs: list[int] = []
        for term, (start, end) in enumerate(pairwise(starts)):
            count, row = end - start, sum(other < term for other in long)
            assert (count >= self.meta["fields"][field]["long"]) == (term in long)
            if term not in long:
                docs += array[start - long_starts[row] : end - long_starts[row]]
                continue
            assert long_starts[row + 1] - long_starts[row] == count
            bounds = self.arrays[prefix + "long.chunks"][row].tolist() if self.doc_count > 65536 else []
            if count > self.doc_count / 12:
                found = self._bitmap_documents(prefix, offsets[row])
                assert bounds == [sum(doc < 65536 * chunk for doc in found) for chunk in range(len(bounds))]
                docs += found
                continue
            low = self.arrays[prefix + "docs.chunked"][offsets[row] : offsets[row] + count].astype(int)
            for chunk in range(len(bounds) - 1):
                low[bounds[chunk] : bounds[chunk + 1]] += 65536 * chunk
            docs += low.tolist()
        return docs

    def postings(self, field: str) -> dict[bytes, list[Posting]]:
        """Return (document, frequency, positions) of each posting of each term."""
        prefix = f"field/{field}/"
        starts = self.arrays[prefix + "starts"].tolist()
        docs = self._documents(field)
        freqs = self._patched(prefix + "freqs", "|u1") or [1] * len(docs)
        for at, above in zip(
            *(self.arrays.get(prefix + f"freqs.sparse.{n}", []) for n in ("at", "above")), strict=False
        ):
            freqs[at] += int(above)
        first = self._patched(prefix + "positions.first", "|u1", "<u2")
        rest = iter(self._patched(prefix + "positions.rest", "|u1", "<u2") or [])
        postings = []
        for i, (doc, freq) in enumerate(zip(docs, freqs, strict=True)):
            positions = [] if first is None else [first[i], *(next(rest) for _ in range(freq - 1))]
            postings.append((doc, freq, positions))
        found = {
            term: postings[starts[number] : starts[number + 1]]
            for number, term in enumerate(self.terms(field))
        }
        sums = np.cumsum([0, *(sum(posting[1] for posting in found[term]) for term in self.terms(field))])
        assert (prefix + "occurrence.starts" in self.arrays) == (prefix + "freqs.at" in self.arrays)
        assert sums.tolist() == self.arrays.get(prefix + "occurrence.starts", sums).tolist()
        return found

    def values(self, field: str) -> list[bytes]:
        """Return the value of each posting of a field."""
        blob = self.arrays[f"field/{field}/values.bytes"].tobytes()
        return _cut(blob, self.arrays[f"field/{field}/values.starts"])

    def block_impacts(self, field: str) -> list[float]:
        """Return the highest impact of each block of each long term, worked out from the postings."""
        facts = self.meta["fields"][field]
        k1, b, average = facts["k1"], facts["b"], facts["length"] / self.doc_count or 1
        lengths = self.arrays[f"field/{field}/lengths"].tolist()
        bounds = []
        for postings in self.postings(field).values():
            if len(postings) >= facts["long"]:
                impacts = [f / (f + k1 * (1 - b + b * lengths[d] / average)) for d, f, _ in postings]
                bounds += [max(impacts[at : at + 128]) for at in range(0, len(impacts), 128)]
        return bounds

    def steps(self, field: str) -> list[int]:
        """Return the further occurrences before every 32nd posting, counted in the postings."""
        freqs = [posting[1] for postings in self.postings(field).values() for posting in postings]
        return [sum(freqs[:at]) - at for at in range(0, len(freqs), 32)]

    def texts(self, field: str) -> list[str | None]:
        """Return the original text of each document."""
        prefix = f"text/{field}/"
        units = self.arrays[prefix + "units"].tolist()
        bits = np.unpackbits(self.arrays[prefix + "changed"], bitorder="little").tolist()
        assert len(bits) == -(-len(units) // 8) * 8
        assert not any(bits[len(units) :])
        originals = iter(self.arrays[prefix + "characters"][self.arrays[prefix + "originals"]].tolist())
        points = [next(originals) if bit else unit for unit, bit in zip(units, bits, strict=False)]
        starts = self.arrays[prefix + "starts"].tolist()
        changes = [sum(bits[:start]) for start in starts]
        assert changes == self.arrays[prefix + "changes"].tolist()
        before = self.arrays[prefix + "omissions"].tolist()
        omitted = self.arrays[prefix + "characters"][self.arrays[prefix + "omitted"]].tolist()
        omissions = list(zip(self.arrays[prefix + "places"].tolist(), omitted, strict=True))
        assert before[-1] == len(omissions)
        texts = []
        for number, (start, end) in enumerate(pairwise(starts)):
            spelt: list[int] = []
            inside = omissions[before[number] : before[number + 1]]
            for place in range(end - start + 1):
                spelt += (point for at, point in inside if at == place)
                spelt += points[start + place : start + place + 1] if start + place < end else ()
            texts.append("".join(chr(point) for point in spelt if point != 0x110000))
        return [texts[row - 1] if row else None for row in self.arrays[prefix + "rows"].tolist()]

    def column(self, field: str) -> list[Any]:
        """Return the value of each document, `None` where it has none of its own."""
        prefix = f"column/{field}/"
        if prefix + "values" in self.arrays:
            bits = np.unpackbits(self.arrays[prefix + "present"], bitorder="little").tolist()
            values = self.arrays[prefix + "values"].tolist()
            return [value if bit else None for value, bit in zip(values, bits, strict=False)]
        if prefix + "starts" in self.arrays:
            starts = self.arrays[prefix + "starts"].tolist()
            names = [name for name in self.arrays if name.startswith(prefix + "rows.")]
            rows = list(zip(*(self.arrays[name].tolist() for name in names), strict=True))
            assert starts[-1] == len(rows)
            return [rows[start:end] for start, end in pairwise(starts)]
        blob = self.arrays[prefix + "dict.bytes"].tobytes()
        distinct = _cut(blob, self.arrays[prefix + "dict.starts"])
        assert distinct == sorted(set(distinct))
        return [distinct[code - 1] if code else None for code in self.arrays[prefix + "codes"].tolist()]

    def stored(self) -> list[dict[str, Any]]:
        """Return the stored fields of each document, texts not among them."""
        starts = self.arrays["stored/starts"].tolist()
        groups = _cut(self.arrays["stored/data"].tobytes(), self.arrays["stored/groups"])
        documents: list[dict[str, Any]] = []
        for number, group in enumerate(map(zlib.decompress, groups)):
            bounds = [*starts[32 * number : 32 * number + 32], len(group)]
            documents += [json.loads(part, object_hook=_revive) for part in _cut(group, np.array(bounds))]
        return documents


def _revive(found: dict[str, Any]) -> Any:
    if list(found) == ["\x00"]:
        name, form = found["\x00"]
        return _VALUES[name](form)
    return found


def _cut(blob: bytes, starts: Array) -> list[bytes]:
    bounds = starts.tolist()
    assert bounds[-1] == len(blob)
    return [blob[start:end] for start, end in pairwise(bounds)]
