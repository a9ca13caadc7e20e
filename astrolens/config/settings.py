"""Every setting, with its unit, bounds, default and one sentence; `config/astrolens.toml` mirrors it."""

from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

CatalogueName = Literal[
    "openngc-offline", "simbad", "ned", "gaia", "gaia-vizier", "sdss", "panstarrs", "galex", "twomass", "skybot",
    "tns",
]  # fmt: skip


FAST_MODEL = "bundled-fast"


class _Section(BaseModel):
    """Frozen settings that refuse unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class DaemonSettings(_Section):
    """The long-running process."""

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least serious log line."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="auto: JSON lines with a priority under systemd, text else."
    )
    tcp_port: int = Field(
        0, ge=0, le=65535, description="Also serve the API on 127.0.0.1 here; 0: only the socket."
    )
    stop_timeout_s: float = Field(
        4.0, gt=0, le=60, description="About how long a stop may take; half of it waits for work in flight."
    )


class StoreSettings(_Section):
    """Where things are kept and for how long."""

    data_dir: Path | None = Field(
        None, description="Folder of database, blobs and index; empty: the user's data folder."
    )
    quota_gb: float = Field(
        50.0, gt=0, description="Downloads rest when blobs grow beyond this many gigabytes."
    )
    keep_normal_days: float = Field(
        30.0, ge=0, description="Originals of unlabelled normal pictures are removed after this; 0: never."
    )
    keep_events: int = Field(100_000, ge=1_000, description="Newest events that are kept.")


class SourceSettings(BaseModel):
    """One source: what the host knows of it, and the plugin's own options beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    enabled: bool = Field(False, description="Ask this source.")
    weight: float = Field(1.0, gt=0, le=100, description="Share of the turns, against other sources.")
    interval_s: float | None = Field(
        None, gt=0, description="Seconds between polls; empty: the plugin's own."
    )
    batch: int = Field(32, ge=1, le=10_000, description="Offers asked for in one poll.")
    crop: Literal["fraction", "object"] | None = Field(
        None, description="What the network sees of its pictures; empty: as analyse.crop says."
    )

    def options(self) -> dict[str, Any]:
        """Keys that belong to the plugin.

        Returns
        -------
        dict
            Everything that is not a key of the host.
        """
        return dict(self.model_extra or {})


class DownloadSettings(_Section):
    """Fetching and decoding strangers' files."""

    timeout_s: float = Field(60.0, gt=0, le=3600, description="Total time of one download.")
    limit_mb: float = Field(64.0, gt=0, le=4096, description="Largest file, in megabytes.")
    minimum_rate_bytes_s: float = Field(256.0, ge=0, description="A download slower than this is given up.")
    per_host: int = Field(2, ge=1, le=16, description="Connections to one host at a time.")
    attempts: int = Field(4, ge=1, le=10, description="Tries of one request within one visit.")
    requests_per_minute: float = Field(
        60.0, gt=0, description="Requests to a host whose own limit is not known."
    )
    host_requests_per_minute: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict,
        description="Requests to single hosts, by name, instead of what is known of them.",
    )
    offline_probe_s: float = Field(
        30.0, gt=0, le=3600, description="While nobody can be reached, look this often whether it is over."
    )
    allow_private_hosts: bool = Field(
        False, description="Permit addresses of the local network (tests, own mirrors)."
    )
    poll_timeout_s: float = Field(
        120.0, gt=0, le=3600, description="Time of one search of a source, all its requests together."
    )
    contact: str = Field("", max_length=200, description="Mail or web address that servers see in our name.")
    decode_processes: int = Field(
        1, ge=1, le=64, description="Limited child processes that decode and measure."
    )
    decode_memory_mb: int = Field(2048, ge=512, description="Address space of one such process.")
    decode_timeout_s: float = Field(30.0, gt=0, le=600, description="Time of one picture in it.")
    limit_megapixels: float = Field(64.0, gt=0, le=1000, description="Largest picture.")


class AnalyseSettings(_Section):
    """Measuring."""

    profile: Literal["default", "fast"] = Field(
        "default",
        description="fast: the smaller bundled network, and of every picture only what that needs.",
    )
    model: str = Field(
        "bundled",
        description="bundled, a local folder with a model of transformers, or the name of one in the hub's cache on this machine.",
    )
    crop: Literal["auto", "fraction", "object"] = Field(
        "auto",
        description="What the network sees of a picture: the usual fraction, or as much as its object's size asks for.",
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="Where the network runs.")
    threads: int = Field(1, ge=1, le=64, description="Threads of the network on a CPU.")
    runtime: Literal["auto", "torch", "onnx"] = Field(
        "auto", description="What runs the network; auto: torch on an accelerator, ONNX Runtime on a CPU."
    )
    precision: Literal["auto", "float32", "int8"] = Field(
        "auto", description="On a CPU; auto: int8 where it was measured to find as much, float32 else."
    )
    batch: int = Field(16, ge=1, le=512, description="Most pictures in one pass.")

    @model_validator(mode="before")
    @classmethod
    def _profile_names_the_model(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("profile") == "fast":
            if given.get("model", FAST_MODEL) != FAST_MODEL:
                raise ValueError(
                    "profile = 'fast' stands for a bundled model; leave model out, or leave profile out and write "
                    '"measures": "sky" into the preprocessing.json of your own'
                )
            return given | {"model": FAST_MODEL}
        return given


class DetectSettings(_Section):
    """Judging."""

    budget_per_1000: float = Field(
        2.0, gt=0, le=200, description="False alarms allowed per 1,000 normal pictures."
    )
    near_miss_factor: float = Field(
        5.0, ge=1, le=100, description="Near misses: within this many times the budget."
    )
    aggressive_factor: float = Field(
        5.0, ge=1, le=50, description="--aggressive widens the budget by this factor."
    )
    fdr: float | None = Field(
        None, gt=0, lt=1, description="Also hold this share of false discoveries in each night; empty: off."
    )
    fdr_online: float | None = Field(
        None, gt=0, lt=1, description="Also hold this share of false discoveries in the stream; empty: off."
    )
    top_per_night: int | None = Field(
        None, ge=1, le=100_000, description="Also flag at most the oddest so many of a night; empty: off."
    )
    adaptive_threshold: bool = Field(
        True, description="Labels may move a source's threshold towards its budget, from half to twice of it."
    )
    calibration_images: int = Field(
        500, ge=40, le=100_000, description="Pictures of a source before it is judged."
    )
    calibration_limit: int = Field(
        5000, ge=100, le=200_000, description="Most pictures that a calibration uses."
    )
    rejudge_images: int = Field(
        20_000,
        ge=0,
        le=10_000_000,
        description="Newest pictures of a source that a new calibration judges again; what was flagged always is.",
    )
    trim_fraction: float = Field(
        0.05, ge=0, le=0.2, description="Oddest share of the unlabelled sample that is kept out of every fit."
    )
    contamination_limit: float = Field(
        0.0,
        ge=0,
        le=0.2,
        description="Most of an unlabelled sample that may be set aside as presumed anomalies.",
    )
    sample_looks: int = Field(
        50,
        ge=0,
        le=1000,
        description="Oddest pictures of each calibration sample that the review asks about; 0: none.",
    )
    on_drift: Literal["tell", "recalibrate"] = Field(
        "tell", description="When a source changes: only say so, or calibrate it on the pictures that follow."
    )
    seed: int = Field(
        20261121, ge=0, description="Deals a sample into the parts of the cross-fit, and feeds forests."
    )


class CatalogSettings(_Section):
    """Looking up what is known."""

    enabled: bool = Field(True, description="Ask catalogues about anomalies and near misses.")
    ask: tuple[CatalogueName, ...] = Field(
        ("openngc-offline", "simbad", "ned", "gaia", "sdss", "skybot"),
        description="Whom to ask: openngc-offline, simbad, ned, gaia, gaia-vizier, sdss, panstarrs, galex, "
        "twomass, skybot, tns.",
    )
    required: tuple[CatalogueName, ...] = Field(
        ("simbad", "ned", "skybot"),
        description="All must answer before anything is called unknown; skybot only where an epoch is known.",
    )
    radius_arcsec: float = Field(5.0, gt=0, le=600, description="Smallest search radius.")
    chance_limit: float = Field(
        0.05, gt=0, le=1, description="A match less surprising than this is no match."
    )
    timeout_s: float = Field(30.0, gt=0, le=600, description="Time of one question.")
    requests_per_second: float = Field(
        2.0, gt=0, le=4, description="To one catalogue; slower ones keep to their own limit."
    )
    cache_days: float = Field(7.0, ge=0, description="How long an answer is believed.")
    simbad_url: str = Field(
        "https://simbad.cds.unistra.fr/simbad/sim-tap", description="TAP service of SIMBAD."
    )
    ned_url: str = Field("https://ned.ipac.caltech.edu/tap", description="TAP service of NED.")
    vizier_url: str = Field(
        "https://tapvizier.cds.unistra.fr/TAPVizieR/tap",
        description="TAP service of VizieR: sdss, gaia-vizier, panstarrs, galex, twomass.",
    )
    gaia_url: str = Field("https://gea.esac.esa.int/tap-server/tap", description="TAP service of Gaia.")
    skybot_url: str = Field("https://ssp.imcce.fr", description="Server of SkyBoT.")
    observatory: str = Field(
        "500",
        pattern="^[A-Z0-9][0-9]{2}$",
        description="Where exposures were made, for skybot: a code of the Minor Planet Center; 500 is the "
        "Earth's centre.",
    )
    tns_url: str = Field("https://www.wis-tns.org", description="Server of the Transient Name Server.")
    tns_bot_id: int = Field(0, ge=0, description="Number of your bot there; tns needs one.")
    tns_bot_name: str = Field("", max_length=80, description="Name of your bot there.")
    tns_api_key: SecretStr = Field(SecretStr(""), description="Key of your bot there.")

    @model_validator(mode="after")
    def _required_ones_are_asked(self) -> Self:
        if never := [name for name in self.required if name not in self.ask]:
            raise ValueError(f"required names {', '.join(never)}, which is not in ask; add it there")
        return self


class NotifySettings(_Section):
    """Telling a person."""

    desktop: bool = Field(True, description="Desktop notifications.")
    minimum_sigma: float = Field(3.0, ge=0, le=40, description="Quiet below this.")
    unknown_only: bool = Field(False, description="Only what every catalogue answered not to know.")
    burst: int = Field(3, ge=1, le=100, description="Messages at once before the limit bites.")
    interval_s: float = Field(
        30.0,
        gt=0,
        description="One message per this many seconds after the burst; the rest becomes a digest.",
    )
    quiet_from: time | None = Field(None, description="Start of quiet hours, local time, for example 23:00.")
    quiet_until: time | None = Field(None, description="End of quiet hours.")
    timeout_s: float = Field(3.0, gt=0, le=30, description="Time that a desktop service has.")

    @model_validator(mode="after")
    def _quiet_hours_have_two_ends(self) -> Self:
        if (self.quiet_from is None) is not (self.quiet_until is None):
            raise ValueError("quiet hours need both quiet_from and quiet_until")
        return self


class DescribeSettings(_Section):
    """Words from a language model."""

    enabled: bool = Field(False, description="Let a language model describe pictures.")
    provider: Literal["ollama", "openai"] = Field(
        "ollama", description="ollama, or openai: any server with OpenAI's chat completions."
    )
    url: str = Field(
        "http://127.0.0.1:11434",
        max_length=500,
        description="The server; for openai up to and with the version, for example http://127.0.0.1:8080/v1.",
    )
    model: str = Field(
        "llava", min_length=1, max_length=200, description="A model of that server that sees pictures."
    )
    api_key_file: Path | None = Field(
        None, description="File with the key that the server wants; empty: no key is sent."
    )
    timeout_s: float = Field(120.0, gt=0, le=600, description="Total time of one description.")
    limit_kb: int = Field(64, ge=4, le=1024, description="Largest reply, in kilobytes.")
    most_tokens: int = Field(400, ge=64, le=4096, description="Longest answer that is asked for, in tokens.")
    per_hour: int = Field(
        0, ge=0, le=1000, description="Most anomalies described by themselves in an hour; 0: only on request."
    )

    @model_validator(mode="after")
    def _key_stays_private(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise ValueError(
                "url must be like http://127.0.0.1:11434, without a name, a password or a key in it"
            )
        _ = parts.port  # refuses what is no number
        here = parts.hostname in ("127.0.0.1", "::1", "localhost")
        if self.api_key_file is not None and parts.scheme == "http" and not here:
            raise ValueError("a key is sent only over https or to this machine; give url as https://")
        return self


class ReviewSettings(_Section):
    """Whom the review asks about what."""

    audit_every: int = Field(
        10,
        ge=0,
        le=1000,
        description="One picture in so many is drawn by chance, to measure recall; 0: none.",
    )
    audit_seed: int = Field(
        20261121,
        ge=0,
        le=2147483647,
        description="Chooses the order of that draw; keep it while an audit lasts.",
    )


class UiSettings(_Section):
    """The terminal."""

    reviewer: str = Field("", max_length=60, description="Name on your labels; empty: the login name.")
    theme: str = Field("astrolens-dark", description="astrolens-dark, astrolens-light or a theme of Textual.")
    glyphs: Literal["auto", "unicode", "ascii"] = Field("auto", description="What draws marks and bars.")
    pictures: Literal["auto", "cells", "kitty", "sixel"] = Field(
        "auto",
        description="What draws large pictures: half cells, or pixels by kitty's protocol or as sixel.",
    )


class Settings(_Section):
    """All settings."""

    daemon: DaemonSettings = DaemonSettings()
    store: StoreSettings = StoreSettings()
    sources: dict[str, SourceSettings] = Field(default_factory=dict)
    plugin_files: tuple[Path, ...] = Field(
        (), description="Plugin files of your own; each still needs its table below [sources]."
    )
    download: DownloadSettings = DownloadSettings()
    analyse: AnalyseSettings = AnalyseSettings()
    detect: DetectSettings = DetectSettings()
    catalog: CatalogSettings = CatalogSettings()
    notify: NotifySettings = NotifySettings()
    describe: DescribeSettings = DescribeSettings()
    review: ReviewSettings = ReviewSettings()
    ui: UiSettings = UiSettings()
    keys: dict[str, Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        default_factory=dict, description="Other keys for actions of the terminal, by the action's name."
    )
