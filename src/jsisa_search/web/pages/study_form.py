"""What the pages of studies (提法, 数字) are asked for, as it was typed into their forms."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from jsisa_search import Filters, make_filters

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

# Characters of one field.
_MOST_TYPED = 500


@dataclass(frozen=True, slots=True)
class StudyForm:
    """The words and what restricts them; every field is text as it was typed."""

    q: str = ""
    since: str = ""
    until: str = ""
    source: str = ""

    @classmethod
    def of(cls, parameters: QueryParams) -> Self:
        """Read the parameters of an address."""
        return cls(**cls.typed(parameters))

    @classmethod
    def typed(cls, parameters: QueryParams) -> dict[str, str]:
        """Return what the parameters of an address have for each field, or else its default."""
        defaults = {each.name: str(each.default) for each in fields(cls)}
        return {
            name: str(parameters.get(name, text)).strip()[:_MOST_TYPED] for name, text in defaults.items()
        }

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that it is restricted to; none where the form has no such field."""
        return ()

    @property
    def filters(self) -> Filters:
        """The filters. Raises `QueryError` for a date that is none."""
        source = (self.source,) if self.source else ()
        since, until = self.since or None, self.until or None
        return make_filters(source=source, folder=self.folders, since=since, until=until)

    def url(self, path: str, **changes: str) -> str:
        """Return an address with these fields, those with their defaults left out."""
        values = {each.name: getattr(self, each.name) for each in fields(self)} | changes
        pairs = {each.name: values[each.name] for each in fields(self) if values[each.name] != each.default}
        return f"{path}?{urlencode(pairs)}"
