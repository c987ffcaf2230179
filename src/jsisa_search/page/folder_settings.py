"""What people say of a folder of saved pages, in a file `release.toml` in it or in a folder above."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from jsisa_search.errors import ArgumentError
from jsisa_search.own_files import read_regular
from jsisa_search.page.facts.date_pattern import parse_pattern
from jsisa_search.page.lines import clean_line, shorten, strip
from jsisa_search.translation import gettext as tr

SETTINGS_NAME = "release.toml"
_MAX_BYTES = 1 << 16
_LONGEST_VALUE = 200
_SHOWN_KEYS = 5


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """What is set for the files of a folder; an empty text sets nothing.

    `date_pattern` takes the date of a file from its name or its folders; `source` and `publisher` are those
    of releases that state none.
    """

    date_pattern: str = ""
    source: str = ""
    publisher: str = ""

    @property
    def fingerprint(self) -> str:
        """A short text that differs where the settings do; empty where nothing is set."""
        if self == NOTHING_SET:
            return ""
        content = json.dumps(asdict(self), ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


#: The settings of a folder of which nothing is said.
NOTHING_SET = FolderSettings()

KEYS = tuple(each.name for each in fields(FolderSettings))


@dataclass(slots=True)
class SettingsReader:
    """Reads the settings of folders, each `release.toml` once, and notes what is wrong with them.

    `default` holds where no file sets another value. `problems` has the path of each faulty file and what is
    wrong with it; what is right in such a file counts.
    """

    default: FolderSettings = NOTHING_SET
    problems: dict[Path, str] = field(default_factory=dict)
    _known: dict[Path, FolderSettings] = field(default_factory=dict)

    def settings_of(self, folder: Path) -> FolderSettings:
        """Return the settings of the files in an absolute folder; of each key the nearest value counts."""
        above = []
        while folder not in self._known and folder != folder.parent:
            above.append(folder)
            folder = folder.parent
        settings = self._known.get(folder)
        if settings is None:
            settings = self._known[folder] = self._apply(folder, self.default)
        for each in reversed(above):
            settings = self._known[each] = self._apply(each, settings)
        return settings

    def _apply(self, folder: Path, settings: FolderSettings) -> FolderSettings:
        """Return the settings of the folder above with what the file in `folder` changes."""
        path = folder / SETTINGS_NAME
        try:
            values = tomllib.loads(read_regular(path, _MAX_BYTES).decode("utf-8-sig"))
        except (FileNotFoundError, NotADirectoryError):
            return settings
        except OSError as error:
            self.problems[path] = tr("can't be read ({error}), so it sets nothing").format(
                error=error.strerror or error
            )
            return settings
        except (ValueError, RecursionError) as error:
            self.problems[path] = tr("is no TOML ({error}), so it sets nothing").format(
                error=_one_line(str(error))
            )
            return settings
        problems = []
        if unknown := [key for key in values if key not in KEYS]:
            shown = ", ".join(_one_line(key) for key in unknown[:_SHOWN_KEYS])
            if len(unknown) > _SHOWN_KEYS:
                shown = tr("{names} and {number} more").format(names=shown, number=len(unknown) - _SHOWN_KEYS)
            problems.append(
                tr("has unknown keys ({names}); known are {known}").format(names=shown, known=", ".join(KEYS))
            )
        for key in KEYS:
            if key not in values:
                continue
            try:
                settings = replace(settings, **{key: _check(key, values[key])})
            except ArgumentError as error:
                problems.append(str(error))
        if problems:
            self.problems[path] = "; ".join(problems)
        return settings


def settings_for(path: Path, default: FolderSettings = NOTHING_SET) -> FolderSettings:
    """Return the settings of the file at an absolute path; faulty ones are passed over."""
    return SettingsReader(default).settings_of(path.parent)


def _check(key: str, value: object) -> str:
    """Return the value of a key. Raises `ArgumentError`."""
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        raise ArgumentError(
            tr("{key} has to be a text of at most {longest_value} characters").format(
                key=key, longest_value=_LONGEST_VALUE
            )
        )
    value = strip(clean_line(value))
    if key == "date_pattern" and value:
        parse_pattern(value)
    return value


def _one_line(text: str) -> str:
    return shorten(clean_line(text), 100)
