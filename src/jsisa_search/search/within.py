"""Two strings near each other in one text: see `query.within`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jsisa_search.codec.texts import default_folder
from jsisa_search.query.within import Within
from jsisa_search.search.segment_view import SegmentView

Array = NDArray[Any]


def near_each_other(view: SegmentView, q: Within, docs: Array) -> Array:
    """Return those of `docs`, which have both, where they stand near each other."""
    texts = view.file.texts(q.fieldname)
    if texts is None or not len(docs):
        return docs[:0]
    originals = [texts.of_document(doc) or "" for doc in docs.tolist()]
    folded = default_folder().fold_all(originals)
    return docs[np.fromiter(map(q.stands_in, folded), np.bool_, len(docs))]
