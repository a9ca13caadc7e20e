"""How heads are fitted to labels on a finished encoder; `config/heads.toml` is one such recipe."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from astrolens.config.recipe import DataRecipe, HeadName, RecipeSection, read_recipe

Share = Annotated[float, Field(gt=0, le=1)]


class OrdinaryRecipe(RecipeSection):
    """A group of ordinary pictures: without a label, drawn by the seed."""

    sets: list[str] = Field(
        default_factory=list,
        description="Rows of these sets alone: the column `set` of a Parquet file, else the name of folder or file; empty: all.",
    )
    number: int = Field(3_000, ge=10, le=1_000_000, description="Most pictures that are drawn.")
    below: dict[HeadName, Share] = Field(
        default_factory=dict, description="Only the share that a head of the encoder says least of."
    )


class HeadRecipe(RecipeSection):
    """One head: logistic regression in which both answers weigh the same."""

    yes: list[str] = Field(min_length=1, description="Labels that mean yes.")
    no: dict[str, Share] = Field(
        default_factory=dict, description="Labels that mean no, each with its share of the weight of no."
    )
    ordinary: dict[HeadName, Share] = Field(
        default_factory=dict,
        description="Groups of ordinary pictures, each with its share; the first one sets the scale.",
    )
    c: float = Field(
        0.01,
        gt=0,
        le=1e3,
        description="Inverse strength of the L2 penalty, on standardised numbers; each answer weighs 1,000.",
    )
    plus: dict[HeadName, Share] = Field(
        default_factory=dict,
        description="Heads of the encoder added on unit scatter; the sum is then no log-odds.",
    )

    @model_validator(mode="after")
    def _both_answers(self) -> Self:
        if both := sorted(set(self.yes) & set(self.no)):
            raise ValueError(f"label {both[0]!r} is both yes and no")
        if not self.no and not self.ordinary:
            raise ValueError("neither no nor ordinary is given; a head needs pictures that mean no")
        return self


class HeadsRecipe(RecipeSection):
    """Everything that decides what the heads become, beside encoder, pictures and labels."""

    seed: int = Field(0, ge=0, lt=2**31, description="Of the draws and the folds.")
    folds: int = Field(5, ge=2, le=20, description="Parts of the cross-validation.")
    crop_fraction: float | None = Field(
        None, gt=0, le=1, description="Crop of the encoder that the sets' own fractions go with."
    )
    apart_cosine: float = Field(
        0.985, gt=0, le=1, description="A picture closer than this to one below --apart is left out."
    )
    class_c: float = Field(0.003, gt=0, le=1e3, description="As c, for a class head; each picture weighs 1.")
    ordinary: dict[HeadName, OrdinaryRecipe] = Field(
        default_factory=dict, description="Groups of ordinary pictures, by name."
    )
    heads: dict[HeadName, HeadRecipe] = Field(default_factory=dict, description="Heads, by name.")
    data: dict[str, DataRecipe] = Field(default_factory=dict, description="As in a recipe of an encoder.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        classes = sorted({head for data in self.data.values() for head in data.classes})
        if len(classes) > 1 or any(data.numbers for data in self.data.values()):
            raise ValueError("data: of heads with labels in the data one with classes can be fitted, no more")
        if not self.heads and not classes:
            raise ValueError("neither heads nor classes of a data set are given; there is nothing to fit")
        if taken := sorted(set(classes) & set(self.heads)):
            raise ValueError(f"head {taken[0]!r} is a class head and one of heads; choose another name")
        for name, head in self.heads.items():
            if lost := sorted(set(head.ordinary) - set(self.ordinary)):
                raise ValueError(f"heads.{name}: there is no group [ordinary.{lost[0]}]")
            if fitted := sorted(set(head.plus) & {*self.heads, *classes}):
                raise ValueError(f"heads.{name}: plus {fitted[0]!r} is fitted here; name one the encoder has")
        for name, group in self.ordinary.items():
            if fitted := sorted(set(group.below) & {*self.heads, *classes}):
                raise ValueError(
                    f"ordinary.{name}: below {fitted[0]!r} is fitted here; name one the encoder has"
                )
        return self


def load_head_recipe(file: Path) -> HeadsRecipe:
    """Read a recipe of heads.

    Parameters
    ----------
    file : Path
        A TOML file.

    Returns
    -------
    HeadsRecipe
        Frozen and valid.

    Raises
    ------
    ConfigError
        As `astrolens.config.recipe.load_recipe`.
    """
    return read_recipe(file, HeadsRecipe, "config/heads.toml")
