"""The demo: its throw-away profile, its words, and the comparison with what was planted."""

import os
from pathlib import Path

import numpy as np
import pytest

from astrolens.api.wire_status import StatusReply
from astrolens.cli.demo import _by_kind, _profile, _progress, _report
from astrolens.config.paths import STOP_WITH
from astrolens.domain.detection import Decision
from astrolens.domain.image import Offer
from astrolens.sources.loader import load_sources
from astrolens.store.store import open_store
from tests.api.conftest import status_reply
from tests.store.samples import a_hash, a_verdict, an_analysis, some_facts


def test_its_profile_is_its_own_and_its_sources_work(tmp_path: Path) -> None:
    profile, file = _profile(tmp_path, 90, endless=False)
    assert profile.paths.data == tmp_path / "data"
    assert profile.paths.runtime == tmp_path / "run"
    assert file.parent == tmp_path
    assert STOP_WITH not in os.environ, "only the demo's own daemon ends with the demo"
    assert not profile.settings.catalog.enabled
    assert not profile.settings.notify.desktop
    loaded = load_sources(profile.settings)
    assert [one.error for one in loaded] == ["", ""]
    assert sum(one.settings.options()["count"] for one in loaded) == 90
    endless, _ = _profile(tmp_path, 90, endless=True)
    assert {one.options()["count"] for one in endless.settings.sources.values()} == {0}


def test_progress_says_who_is_calibrating() -> None:
    reply: StatusReply = status_reply()
    assert "calibrating sdss 3 of 500" in _progress(reply, 12.0)
    reply["sources"][0]["calibrated"] = True
    assert _progress(reply, 12.0).endswith("calibrated")


def test_kinds_are_counted_with_their_ranks() -> None:
    kinds = _by_kind(
        ["normal", "ring", "", "ring", "merger"],
        ["normal", "anomaly", "normal", "normal", "anomaly"],
        np.array([5, 1, 4, 3, 2]),
    )
    assert [(kind.kind, kind.planted, kind.called_anomaly, kind.median_rank) for kind in kinds] == [
        ("merger", 1, 1, 2.0), ("ring", 2, 1, 2.0),
    ]  # fmt: skip


@pytest.mark.parametrize("planted", [0, 3])
def test_the_report_compares_with_the_truth(
    tmp_path: Path, planted: int, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, _ = _profile(tmp_path, 90, endless=False)
    store = open_store(profile.paths)
    truths = ["ring"] * planted + ["normal"] * (20 - planted)
    ids = store.images.offer_many(
        [
            Offer(source="simulated", key=f"{number}", url=f"simulated://{number}", truth=truth)
            for number, truth in enumerate(truths)
        ]
    )
    for number, image_id in enumerate(ids):
        store.images.fetched(image_id, sha256=a_hash(image_id), size_bytes=1)
        store.analyses.put(image_id, an_analysis(image_id), some_facts(image_id))
        decision = Decision.ANOMALY if number < 2 else Decision.NORMAL
        store.verdicts.put(image_id, a_verdict(10.0 - number / 3, decision))
    store.close()
    _report(profile)
    out = capsys.readouterr().out
    if planted:
        assert "3 were planted oddities, 2 of them called anomalies" in out
        assert "false alarms 0 of 17 normals" in out
        assert "AUROC of planted oddities against normals: 1.000" in out
    else:
        assert "too few to compare" in out
