"""An archive of two invented releases, and drafts that quote them."""

from __future__ import annotations

from jsisa_search import Index

GRID = (
    "青溪市全域推行网格化管理，划分网格1286个，配备网格员3268名。群众安全感从2012年的94.2%提高到2022年的98.7%，"
    "连续五年居全省前列。市委书记李明说：“网格虽小，连着千家万户。”"
)
FIRE = "云浦县开展消防安全大检查，共检查单位2.4万家，发现隐患15890处，整改率达99.14%。"
MEDIATION = "青溪市建立“派驻式”人民调解室86个，调解成功率达95%，受到居民好评。"


def fill(index: Index) -> None:
    """Put the releases into an index."""
    index.add_text(
        f"{GRID}\n{MEDIATION}",
        id="grid",
        title="青溪市推进网格化管理",
        source="青溪日报",
        published="2022-09-06",
    )
    index.add_text(FIRE, id="fire", title="云浦县消防检查", source="云浦发布", published="2022-10-11")
