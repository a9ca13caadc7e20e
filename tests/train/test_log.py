from pathlib import Path

from astrolens.train import log


def test_rewind_forgets_later_lines_and_half_a_line(tmp_path: Path) -> None:
    file = tmp_path / log.LOG
    for step in range(1, 6):
        log.append(file, {"step": step, "loss": step / 2})
    with file.open("a") as stream:
        stream.write('{"step": 6, "lo')
    log.rewind(file, 3)
    assert [line["step"] for line in log.read(file)] == [1, 2, 3]
    log.append(file, {"step": 4})
    assert log.read(file)[-1] == {"step": 4}


def test_rewind_without_a_log(tmp_path: Path) -> None:
    log.rewind(tmp_path / log.LOG, 3)
    assert not list(tmp_path.iterdir())
