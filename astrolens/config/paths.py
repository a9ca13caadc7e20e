"""The folders where things live."""

import hashlib
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError

STOP_WITH = "ASTROLENS_STOP_WITH"  # names the process whose end also ends the daemon (the demo)
_LONGEST_SOCKET_PATH = 100  # 104 bytes on macOS, 108 on Linux, with room for the final zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Every folder and file that AstroLens owns.

    Attributes
    ----------
    config_file : Path
        ``astrolens.toml``; it may not exist.
    data : Path
        Holds ``astrolens.db``, ``blobs/``, ``index/``, ``models/``, ``reports/``.
    runtime : Path
        0700 folder of socket and lock.
    """

    config_file: Path
    data: Path
    runtime: Path

    @property
    def database(self) -> Path:
        """The SQLite file.

        Returns
        -------
        Path
            In the data folder.
        """
        return self.data / "astrolens.db"

    @property
    def socket(self) -> Path:
        """The API's Unix socket.

        Returns
        -------
        Path
            In the runtime folder.
        """
        return self.runtime / "astrolens.sock"

    @property
    def token(self) -> Path:
        """The secret of the TCP port, when that is switched on.

        Returns
        -------
        Path
            In the data folder.
        """
        return self.data / "api.token"

    @property
    def lock(self) -> Path:
        """The file whose lock the one running daemon holds.

        Returns
        -------
        Path
            In the data folder: one profile, one daemon.
        """
        return self.data / "astrolens.lock"


def default_config_file() -> Path:
    """Where the configuration is read from when nothing else is said.

    Returns
    -------
    Path
        ``$ASTROLENS_CONFIG`` or ``astrolens.toml`` in the user's configuration folder.
    """
    named = os.environ.get("ASTROLENS_CONFIG")
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_config_dir("astrolens")) / "astrolens.toml"


def resolve(settings: Settings, config_file: Path | None = None) -> Paths:
    """Folders for these settings; nothing is created.

    Parameters
    ----------
    settings : Settings
        ``store.data_dir`` wins over the environment variable ``ASTROLENS_DATA_DIR``;
        ``ASTROLENS_RUNTIME_DIR`` wins over everything that is derived.
    config_file : Path, optional
        The file that was read.

    Returns
    -------
    Paths
        Absolute.
    """
    named = os.environ.get("ASTROLENS_DATA_DIR")
    data = settings.store.data_dir or (
        Path(named) if named else Path(platformdirs.user_data_dir("astrolens"))
    )
    data = data.expanduser().absolute()
    return Paths(
        config_file=(config_file or default_config_file()).absolute(),
        data=data,
        runtime=_runtime_folder(data, moved=settings.store.data_dir is not None),
    )


def _runtime_folder(data: Path, *, moved: bool) -> Path:
    """Socket folder of a profile; two profiles never share one unless a person names it."""
    service = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    if named := os.environ.get("ASTROLENS_RUNTIME_DIR"):
        folder = Path(named).expanduser()
    elif moved:
        folder = data / "run"
    elif service:
        folder = Path(service)
    elif os.environ.get("ASTROLENS_DATA_DIR"):
        folder = data / "run"
    elif sys.platform == "linux" and os.environ.get("XDG_RUNTIME_DIR"):
        folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "astrolens"
    else:
        folder = data / "run"
    if len(str(folder / "astrolens.sock")) > _LONGEST_SOCKET_PATH:
        folder = (
            Path(tempfile.gettempdir())
            / f"astrolens-{os.getuid()}-{hashlib.sha256(str(data).encode()).hexdigest()[:8]}"
        )
    return folder.absolute()


def make_private(folder: Path) -> None:
    """Create a folder that only its owner can enter, or prove that it is one.

    Parameters
    ----------
    folder : Path
        Created with mode 0700 when missing.

    Raises
    ------
    ConfigError
        If it is a link, belongs to someone else, or cannot be made private.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be made: {error}; name another folder") from error
    facts = folder.lstat()
    if stat.S_ISLNK(facts.st_mode) or not stat.S_ISDIR(facts.st_mode):
        raise ConfigError(f"{folder} is not a folder of its own; remove it or name another one")
    if facts.st_uid != os.getuid():
        raise ConfigError(f"{folder} belongs to user {facts.st_uid}; name a folder of your own")
    if stat.S_IMODE(facts.st_mode) & 0o077:
        folder.chmod(0o700)
