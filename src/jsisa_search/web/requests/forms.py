"""The body of a request that changes something, or brings a draft: fields of a form, a file, JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

#: Fields of a form; ours have a dozen.
MAX_FIELDS = 100

FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form: its name on the machine it comes from, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a request brought: its media type, the fields of a form, its files, and the bytes of all."""

    media_type: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    content: bytes = b""

    def json(self) -> Any:
        """Return the value that the body is as JSON. Raises `ValueError`."""
        try:
            return json.loads(self.content.decode("utf-8"))
        except RecursionError as error:
            raise ValueError("JSON is nested too deeply") from error


def media_type_of(headers: Headers) -> str:
    """Return the media type of a body without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(headers: Headers, content: bytes) -> Body:
    """Return the body of a request from its bytes. Raises `ValueError` for a form that can't be read."""
    media_type = media_type_of(headers)
    if media_type == FORM:
        found = parse_qs(content.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        return Body(media_type, found, {}, content)
    if media_type == MULTIPART:
        fields, files = await _parts(headers, content)
        return Body(media_type, fields, files, content)
    return Body(media_type, {}, {}, content)


async def _parts(headers: Headers, content: bytes) -> tuple[dict[str, list[str]], dict[str, Upload]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield content

    parser = MultiPartParser(
        headers, stream(), max_files=1, max_fields=MAX_FIELDS, max_part_size=len(content) + 1
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:  # a form without a boundary is a KeyError
        raise ValueError("the form can't be read") from error
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or "", await value.read())
        else:
            fields.setdefault(name, []).append(value)
    await form.close()
    return fields, files
