"""The desktop of the platform, and its failures in our own words."""

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.notify.desktop import desktop_of, show
from astrolens.notify.linux import LinuxNotification


class Broken:
    """A desktop that fails as plyer's do."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def notify(self, title: str, message: str, app_name: str, *, timeout: int) -> None:
        raise self.error


def test_linux_has_our_own_back_end_and_others_plyers() -> None:
    assert isinstance(desktop_of(1.0, "linux"), LinuxNotification)
    assert not isinstance(desktop_of(1.0, "darwin"), LinuxNotification)


@pytest.mark.parametrize(
    "error", [NotImplementedError("none"), OSError("x"), ValueError("NUL"), ImportError("y")]
)
def test_failures_of_a_back_end_become_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable, match="takes no messages"):
        show(Broken(error), "a", "b")
