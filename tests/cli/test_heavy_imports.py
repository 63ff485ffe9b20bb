from __future__ import annotations

import os
import ssl

import pytest

from rdit.heavy_imports import CERTIFICATES, certificates_unread


@pytest.mark.parametrize("before", [None, "/of/the/user.pem"])
def test_certificates_are_unread_in_the_block_only(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    monkeypatch.delenv(CERTIFICATES, raising=False)
    if before is not None:
        monkeypatch.setenv(CERTIFICATES, before)
    with pytest.raises(ImportError), certificates_unread():
        assert ssl.create_default_context().cert_store_stats()["x509"] == 0
        raise ImportError("no such module")
    assert os.environ.get(CERTIFICATES) == before
