"""What opens the gate and what shuts it."""

from astrolens.bench.quality import Expected, Quality, complaints

GOOD = Quality(auroc={"combination": 0.97, "pair": 0.9}, false_alarms={20.0: 20.0, 100.0: 95.0})
EXPECTED = Expected(
    auroc={"combination": 0.98, "pair": 0.92}, bands={20.0: (0.0, 53.0), 100.0: (46.0, 174.0)}
)


def test_open() -> None:
    assert complaints(GOOD, EXPECTED) == []
    assert GOOD.as_json()["false_alarms_per_1000"] == {"20": 20.0, "100": 95.0}


def test_shut() -> None:
    worse = Quality(auroc={"combination": 0.94}, false_alarms={20.0: 80.0, 100.0: 30.0})
    found = complaints(worse, EXPECTED)
    assert len(found) == 4
    assert "AUROC of combination is 0.940, it was 0.980" in found[0]
    assert "AUROC of pair is 0.000" in found[1]
