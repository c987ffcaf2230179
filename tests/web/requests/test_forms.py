from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from jsisa_search.web.requests.forms import read_body
from jsisa_search.web.requests.guard import MAX_BODY, MAX_UPLOAD
from tests.web.conftest import ORIGIN, TOKEN

_BOUNDARY = "xyzzy-0-xyzzy"


@given(content=st.binary(max_size=300), name=st.text("稿件 a.docx", min_size=1, max_size=20))
def test_a_file_arrives_as_it_was_sent(content: bytes, name: str) -> None:
    """Any bytes, line ends and all, under any name."""
    lines = (
        f"--{_BOUNDARY}\r\n",
        'Content-Disposition: form-data; name="title"\r\n\r\n标题\r\n',
        f"--{_BOUNDARY}\r\n",
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n',
    )
    body = "".join(lines).encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    headers = Headers({"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"})
    read = asyncio.run(read_body(headers, body))
    assert read.fields == {"title": ["标题"]}
    assert (read.files["file"].name, read.files["file"].content) == (name, content)


@given(body=st.binary(max_size=200), boundary=st.sampled_from(["", "; boundary=a", "; boundary="]))
def test_what_is_no_form_is_refused(body: bytes, boundary: str) -> None:
    """Any bytes are a form, or a `ValueError`."""
    headers = Headers({"Content-Type": f"multipart/form-data{boundary}"})
    try:
        read = asyncio.run(read_body(headers, body))
    except ValueError:
        return
    assert read.content == body


def test_a_form_with_a_file_needs_our_token(client: TestClient) -> None:
    """The token is a field of the form, as on a page without scripts."""
    file = {"file": ("a.txt", b"x")}
    headers = {"Origin": ORIGIN}
    assert client.post("/clippings", files=file, headers=headers).status_code == 403
    fields = {"token": TOKEN, "action": "clear"}
    assert client.post("/clippings", data=fields, files=file, headers=headers).status_code == 303


def test_only_a_form_with_a_file_may_be_large(client: TestClient) -> None:
    """A draft with pictures is larger than any other form; it has a bound too."""
    headers = {"Origin": ORIGIN, "X-Token": TOKEN}
    fields = {"action": "clear"}
    for size, status in ((MAX_BODY + 1, 303), (MAX_UPLOAD, 413)):
        file = {"file": ("a.docx", b"\0" * size)}
        assert client.post("/clippings", data=fields, files=file, headers=headers).status_code == status
    many = {f"file{number}": ("a.txt", b"x") for number in range(2)}
    answer = client.post("/clippings", data=fields, files=many, headers=headers)
    assert answer.status_code == 400
