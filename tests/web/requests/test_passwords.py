from __future__ import annotations

import hashlib
import json
import stat
import sys
from pathlib import Path

import pytest

from jsisa_search.errors import ArchiveError, ArgumentError
from jsisa_search.web.requests import passwords
from jsisa_search.web.requests.passwords import PASSWORD_FILE, PasswordFile, SignIn

RIGHT = "网格化管理2026"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with a cost that tests can pay."""
    monkeypatch.setattr(passwords, "_SCRYPT", {"n": 16, "r": 1, "p": 1})
    monkeypatch.setattr(passwords, "_PBKDF2_ROUNDS", 10)


@pytest.fixture
def password(tmp_path: Path) -> PasswordFile:
    """Return a password that is set."""
    made = PasswordFile(tmp_path)
    made.set(RIGHT)
    return made


def test_a_password_is_stored_as_a_hash(password: PasswordFile, tmp_path: Path) -> None:
    """The file has no trace of the password, another salt each time, and only its owner reads it."""
    first = (tmp_path / PASSWORD_FILE).read_text(encoding="ascii")
    password.set(RIGHT)
    second = (tmp_path / PASSWORD_FILE).read_text(encoding="ascii")
    assert first != second
    assert "2026" not in first
    assert RIGHT not in json.loads(first).values()
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / PASSWORD_FILE).stat().st_mode) == 0o600


def test_only_the_right_password_is_right(password: PasswordFile) -> None:
    """Full-width letters of an input method count as ordinary ones; nothing else does."""
    assert password.is_right(RIGHT)
    assert password.is_right("网格化管理２０２６")
    for wrong in ("", RIGHT[:-1], RIGHT + " ", "網格化管理2026", "\ud800"):
        assert not password.is_right(wrong)


def test_a_python_without_scrypt_uses_pbkdf2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either is checked by what the file says."""
    monkeypatch.delattr(hashlib, "scrypt")
    made = PasswordFile(tmp_path)
    made.set(RIGHT)
    assert made.is_right(RIGHT)
    assert not made.is_right("x" * 8)


@pytest.mark.parametrize("short", ["", "1234567", "字" * 201])
def test_a_password_of_the_wrong_length_is_refused(tmp_path: Path, short: str) -> None:
    """Nothing is stored, and the message says what is allowed."""
    made = PasswordFile(tmp_path)
    with pytest.raises(ArgumentError, match="8 to 200"):
        made.set(short)
    assert not made.is_set()


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"scheme": "none", "salt": "00", "hash": "00"}', '{"scheme": "scrypt", "n": 1e99}'],
)
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, content: str) -> None:
    """It is an error that says what to do, never a right password."""
    (tmp_path / PASSWORD_FILE).write_text(content, encoding="ascii")
    with pytest.raises(ArchiveError):
        PasswordFile(tmp_path).is_right(RIGHT)


def test_the_revision_changes_with_the_password(password: PasswordFile) -> None:
    """Sessions of an old password end."""
    before = password.revision()
    assert before == password.revision() != ""
    password.set(RIGHT)
    assert password.revision() != before


def test_who_guesses_waits_longer_and_longer(password: PasswordFile) -> None:
    """After five wrong ones nothing is checked for a while, the right one neither; others are not held up."""
    now = 1000.0
    sign_in = SignIn(password, lambda: now)
    assert [sign_in.check("wrong", "192.0.2.1") for _ in range(5)] == [None] * 5
    first = sign_in.check(RIGHT, "192.0.2.1")
    assert first is not None
    assert first > 0
    assert sign_in.check(RIGHT, "192.0.2.2") == 0
    now += first + 1
    assert sign_in.check("wrong", "192.0.2.1") is None
    second = sign_in.check(RIGHT, "192.0.2.1")
    assert second is not None
    assert second > first
    now += second + 1
    assert sign_in.check(RIGHT, "192.0.2.1") == 0
    assert sign_in.check("wrong", "192.0.2.1") is None  # it counts from the beginning


def test_many_addresses_guess_no_faster(password: PasswordFile) -> None:
    """Wrong ones of all addresses together make everybody wait; a network of IPv6 is one address."""
    sign_in = SignIn(password, lambda: 0.0)
    answers = [sign_in.check("wrong", f"198.51.100.{number}") for number in range(60)]
    assert answers[:50] == [None] * 50
    assert all(answers[50:])
    other = SignIn(password, lambda: 0.0)
    assert all(other.check("wrong", f"2001:db8::{number:x}") is None for number in range(5))
    assert other.check(RIGHT, "2001:db8::ffff")
    assert other.check(RIGHT, "2001:db8:1::1") == 0


def test_addresses_are_forgotten(password: PasswordFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of addresses is bounded."""
    monkeypatch.setattr(passwords, "_MOST_ADDRESSES", 3)
    monkeypatch.setattr(passwords, "_FREE_TRIES_OF_ALL", 1000)
    sign_in = SignIn(password, lambda: 0.0)
    for number in range(50):
        sign_in.check("wrong", f"198.51.100.{number}")
    assert len(sign_in._by_address) == 3
