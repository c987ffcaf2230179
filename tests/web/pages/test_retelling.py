"""Messages that were made in one language, told in another."""

from __future__ import annotations

from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsisa_search.translation import LANGUAGES, in_language, templates_of
from jsisa_search.web.pages.retelling import retold

# Two messages may have one translation; then either is told.
_LEAST_RIGHT = 0.97


def filled(template: str) -> str:
    """Return a template with something in each of its places."""
    parts = Formatter().parse(template)
    return "".join(text + (f"值{name}9" if name is not None else "") for text, name, _, _ in parts)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_of_all_languages_are_told_in_another(language: str) -> None:
    """Nearly every message of the catalogues, whatever is filled in, is that of the other language."""
    wanted = dict(templates_of(language))
    right = total = 0
    for source in LANGUAGES:
        for message, text in templates_of(source):
            try:
                fields = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
                expected = filled(wanted[message])
            except ValueError:  # a brace that is none: no template
                continue
            if "\n" in message or len(set(fields)) != len(fields) or not all(map(str.isidentifier, fields)):
                continue
            with in_language(language):
                right += retold(filled(text)) == expected
            total += 1
    assert total > 1000
    assert right >= total * _LEAST_RIGHT


def test_what_is_filled_in_is_told_too() -> None:
    """A reason within a line about a folder is in the same language as the line."""
    line, reason = "{path} can't be read ({reason}); mend it or move it away", "Permission denied"
    said = {language: dict(templates_of(language)) for language in LANGUAGES}
    chinese = said["zh_CN"][line].format(path="/甲.json", reason=said["zh_CN"]["No space left on device"])
    with in_language("en"):
        assert retold(chinese) == line.format(path="/甲.json", reason="No space left on device")
        assert retold(said["zh_TW"][line].format(path=reason, reason="x")) == line.format(
            path=reason, reason="x"
        )


@given(st.text(max_size=60))
def test_other_texts_stay_as_they_are(text: str) -> None:
    """What is no message of this package, in its own language, is told in its own words: never an error."""
    with in_language("en"):
        assert isinstance(retold(text), str)
        assert retold(f"\ue000{text}\ue000") == f"\ue000{text}\ue000"
