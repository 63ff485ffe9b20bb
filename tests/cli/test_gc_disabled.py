from __future__ import annotations

import gc

import pytest

from rdit.gc_disabled import gc_disabled


def test_the_collector_is_back_after_the_block_also_when_it_fails() -> None:
    with pytest.raises(ImportError), gc_disabled():
        assert not gc.isenabled()
        raise ImportError("no such module")
    assert gc.isenabled()
