"""What is built on search says the same on a cluster as of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jsisa_search import Evidence, Index, check_card, read_card
from jsisa_search.cli import main
from jsisa_search.export.cards import card_json

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def address(engines: tuple[Index, Index]) -> str:
    """Return the address of the samples on the cluster."""
    assert engines[1]._cluster is not None
    return str(engines[1]._cluster.address)


def run(*arguments: str) -> str:
    """Return what a command prints; it must have found something."""
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _facts(card: Evidence) -> dict[str, object]:
    """Return what a card says of the passage and its file."""
    values = card.to_dict()
    if values["file"]:
        del values["file"]["indexed"]
    return {name: value for name, value in values.items() if name not in ("index", "made")}


@pytest.mark.parametrize("query", ["网格化 满意率", "标题:会议", "2022年", "小标题:网格 治理"])
def test_a_card_says_the_same_of_a_passage(engines: tuple[Index, Index], query: str) -> None:
    """Quotation, place, release and file are those of a card from a folder; the index is the cluster's."""
    local, cluster = engines
    for hit in cluster.search(query, limit=3, fold=False):
        one, other = local.evidence(hit), cluster.evidence(hit)
        assert _facts(one) == _facts(other)
        assert other.index.folder.startswith("opensearch://")
        assert check_card(read_card(card_json(other).encode(), "card.json")).is_right


def test_the_state_on_a_card_grows_with_every_commit(index: Index) -> None:
    """It is a number, also where a rebuild has replaced the index."""
    states = []
    for number in range(3):
        index.add_text(f"第{number}期简报。", id="a")
        states.append(index.evidence("text:a", paragraph=1).index.generation)
    index.update([], rebuild=True)
    states.append(index.evidence("text:a", paragraph=1).index.generation)
    assert states == sorted(set(states))


def test_a_card_is_made_and_compared_on_the_command_line(address: str, tmp_path: Path) -> None:
    """`evidence` with an address writes a card, and `evidence verify` compares it with the file."""
    card = tmp_path / "card.json"
    run("evidence", "网格化", "--index-dir", address, "-o", str(card))
    assert json.loads(card.read_bytes())["index"]["folder"] == address
    run("evidence", "verify", str(card))
