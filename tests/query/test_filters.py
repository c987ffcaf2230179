from __future__ import annotations

from datetime import datetime

import pytest
from whoosh import query as wq

from jsisa_search.errors import QueryError
from jsisa_search.query import Filters, filter_tree, make_filters

VALUES = {"source": ["微讯江苏", "新华社", "江苏卫视"], "publisher": ["某协会"], "section": []}


def test_no_filter_lets_everything_pass() -> None:
    """Empty filters need no tree."""
    assert filter_tree(Filters(), VALUES.__getitem__) is None


def test_a_name_lets_every_value_pass_that_contains_it() -> None:
    """江苏 means 微讯江苏 and 江苏卫视, in traditional characters too."""
    tree = filter_tree(make_filters(source=["江蘇"]), VALUES.__getitem__)
    assert tree == wq.And([wq.Or([wq.Term("source", "微讯江苏"), wq.Term("source", "江苏卫视")])])


def test_several_names_of_one_field_add_up_and_fields_narrow() -> None:
    """Two sources let either pass; a publisher beside them must hold as well."""
    tree = filter_tree(make_filters(source=["微讯", "新华"], publisher=["协会"]), VALUES.__getitem__)
    source, publisher = tree.subqueries
    assert {term.text for term in source.subqueries} == {"微讯江苏", "新华社"}
    assert [term.text for term in publisher.subqueries] == ["某协会"]


def test_a_name_that_no_value_contains_lets_nothing_pass() -> None:
    """An unknown source is not ignored."""
    assert filter_tree(make_filters(source=["路透"]), VALUES.__getitem__) == wq.And([wq.NullQuery])


def test_a_time_with_one_end_is_closed_at_the_other() -> None:
    """Both ends of the range are always given to Whoosh."""
    (tree,) = filter_tree(make_filters(since="2022-09"), VALUES.__getitem__).subqueries
    assert (tree.startdate, tree.enddate) == (datetime(2022, 9, 1), datetime.max)


def test_a_time_that_ends_before_it_begins_is_an_error() -> None:
    """Swapped dates are told, not searched."""
    with pytest.raises(QueryError, match="swap the two dates"):
        make_filters(since="2023", until="2022")
