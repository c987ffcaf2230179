from __future__ import annotations

import pytest

from jsisa_search.export.charts import Chart, Series, svg_chart
from jsisa_search.export.periods import period_label
from jsisa_search.translation import in_language


@pytest.mark.parametrize(
    ("name", "chinese"),
    [
        ("2025-H1", "2025年上半年"),
        ("2018-Q3", "2018年第三季度"),
        ("2025", "2025"),
        ("2022-08", "2022-08"),
        ("“十三五”时期", "“十三五”时期"),
    ],
)
def test_parts_of_a_year_are_named_in_chinese(name: str, chinese: str) -> None:
    """Halves and quarters have words; other names say the same everywhere."""
    assert period_label(name) == name
    with in_language("zh_CN"):
        assert period_label(name) == chinese


def test_a_chart_has_the_names_that_people_use() -> None:
    """On the axis, under the pointer, and in its description."""
    chart = Chart("满意率", ("2024", "2025-H1"), (Series("澄川", (98.1, 99.0)),))
    with in_language("zh_CN"):
        drawn = svg_chart(chart)
    assert "2025-H1" not in drawn
    assert drawn.count("2025年上半年") >= 3
