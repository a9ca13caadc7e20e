"""What a person can choose about where a source looks."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class SamplingOptions(BaseModel):
    """The table ``sampling`` of a source that makes its own positions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    targets: Path | None = Field(
        None, description="CSV with columns ra and dec, also name and radius; empty: the whole footprint."
    )
    moc: Path | None = Field(
        None, description="Coverage map (MOC in FITS, JSON or ASCII) that narrows the footprint further."
    )
    galactic_latitude_deg: float = Field(
        0.0, ge=0, le=80, description="Stay at least this far away from the plane of the Milky Way."
    )
    seed: int = Field(2026, ge=0, lt=2**63, description="Order in which the fields of the footprint come.")
    repeat: bool = Field(False, description="Begin again when every field or target was visited.")
    revisit_days: float | None = Field(
        None, gt=0, le=3650, description="Go back to the same positions after so many days; empty: never."
    )
    revisit_fields: int = Field(
        100, ge=1, le=1_000_000, description="How many fields are gone back to; of targets, all are."
    )
