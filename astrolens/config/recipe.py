"""How an encoder is trained: every choice with its unit, bounds and default; `config/encoder.toml` is one."""

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from astrolens.domain.errors import ConfigError
from astrolens.domain.text import clean

TEST_SPLIT = "test"
HeadName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
_Kind = TypeVar("_Kind", bound=BaseModel)
_OWN_HEADS = frozenset({"composite", "pair", "artefact", "pair_joint", "artefact_joint"})


class RecipeSection(BaseModel):
    """Frozen choices that refuse unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class NetworkRecipe(RecipeSection):
    """The Vision Transformer."""

    size: int = Field(96, ge=16, le=256, description="Side of the input, pixels.")
    patch: int = Field(8, ge=2, le=32, description="Side of a patch, pixels.")
    width: int = Field(192, ge=8, le=1024, description="Numbers in a token; the embedding has twice as many.")
    depth: int = Field(12, ge=1, le=24, description="Layers.")
    heads: int = Field(3, ge=1, le=16, description="Attention heads.")
    feed_forward: int = Field(768, ge=8, le=4096, description="Width of the layers between attentions.")

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.size % self.patch:
            raise ValueError(f"size {self.size} is no multiple of patch {self.patch}")
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is no multiple of heads {self.heads}")
        return self


class PreprocessingRecipe(RecipeSection):
    """The steps that travel with the weights and are taken in training as in use."""

    crop_fraction: float = Field(0.4, gt=0, le=1, description="Side kept of the shorter side of a picture.")
    resampling: Literal["bilinear", "bicubic", "lanczos"] = Field("bilinear", description="Filter.")
    mean: tuple[float, float, float] = Field((0.5, 0.5, 0.5), description="Taken off each plane in [0, 1].")
    std: tuple[float, float, float] = Field((0.5, 0.5, 0.5), description="Divided into each plane.")
    headroom: float = Field(
        1.5, ge=1, le=4, description="Side of what is packed over side of the crop: room to turn and zoom."
    )


class ViewsRecipe(RecipeSection):
    """Random changes that leave a galaxy what it is."""

    zoom: tuple[float, float] = Field((0.55, 1.05), description="Side seen, over the side of the crop.")
    shift: float = Field(0.08, ge=0, le=0.5, description="Largest shift, over the side seen.")
    gain: float = Field(0.25, ge=0, le=1, description="Largest relative change of brightness.")
    colour: float = Field(0.06, ge=0, le=0.5, description="Largest relative change of one plane.")
    gamma: float = Field(0.25, ge=0, le=1, description="Largest relative change of the exponent.")
    blur: float = Field(0.3, ge=0, le=1, description="Share of views that are blurred.")
    noise: float = Field(0.04, ge=0, le=0.5, description="Largest scatter of added noise; white is 1.")
    grey: float = Field(0.1, ge=0, le=1, description="Share of views without colour.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 0.05 <= self.zoom[0] <= self.zoom[1] <= 4:
            raise ValueError(f"zoom is {list(self.zoom)}; want 0.05 <= smallest <= largest <= 4")
        return self


class CompositesRecipe(RecipeSection):
    """Pictures with a second galaxy or a fault, made on the fly: what normal is not."""

    share: float = Field(0.25, ge=0, le=1, description="Such pictures in a step, over the batch; 0: none.")
    pair_share: float = Field(0.5, ge=0, le=1, description="Second galaxies among those that are not clean.")
    stars: int = Field(3, ge=0, le=10, description="Most foreground stars, added to clean ones too.")
    refit_views: int = Field(
        12_000,
        ge=0,
        le=1_000_000,
        description="Views that the heads are fitted on at the end; 0: as trained.",
    )
    refit_c: float = Field(
        0.003, gt=0, le=1e3, description="Inverse strength of that fit's L2 penalty, on standardised numbers."
    )


class TrainingRecipe(RecipeSection):
    """The optimiser and what is asked of it."""

    steps: int = Field(4_000, ge=1, le=10_000_000, description="Batches.")
    batch: int = Field(512, ge=4, le=65_536, description="Pictures in a step; each is seen twice.")
    learning_rate: float = Field(1e-3, gt=0, le=1, description="Its peak.")
    final_rate: float = Field(0.01, ge=0, le=1, description="Where the cosine ends, over the peak.")
    weight_decay: float = Field(0.05, ge=0, le=1, description="Of matrices only.")
    warmup_steps: int = Field(200, ge=0, description="Steps of linear rise.")
    clip_norm: float = Field(1.0, gt=0, description="Longest gradient.")
    temperature: float = Field(0.2, gt=0, le=5, description="Of NT-Xent.")
    projection: int = Field(128, ge=2, le=4096, description="Numbers that two views are compared by.")
    projection_hidden: int = Field(1024, ge=2, le=8192, description="Width of the layer before them.")
    ema_decay: float = Field(0.0, ge=0, lt=1, description="Of the running mean of weights; 0: none.")
    contrast_weight: float = Field(1.0, ge=0, description="Weight of NT-Xent.")
    class_weight: float = Field(1.0, ge=0, description="Weight of class heads.")
    number_weight: float = Field(1.0, ge=0, description="Weight of heads with one number.")
    composite_weight: float = Field(1.0, ge=0, description="Weight of second galaxies and faults.")
    log_every: int = Field(50, ge=1, description="Steps between lines of the log.")
    measure_every: int = Field(1_000, ge=0, description="Steps between held-out measurements; 0: at the end.")
    checkpoint_every: int = Field(500, ge=1, description="Steps between checkpoints.")


class ClassColumn(RecipeSection):
    """A column that says what kind a picture shows."""

    column: str = Field(description="Its name.")
    names: dict[str, str] = Field(description="Class for each value; other values are no label.")

    @model_validator(mode="after")
    def _two_classes(self) -> Self:
        if len(set(self.names.values())) < 2:
            raise ValueError(f"names give {sorted(set(self.names.values()))}; want two classes or more")
        return self


class NumberColumn(RecipeSection):
    """A column with a number."""

    column: str = Field(description="Its name.")
    offset: float = Field(0.0, description="Taken off.")
    scale: float = Field(1.0, gt=0, description="Divided by, so that the target is about 1.")
    missing: float | None = Field(None, description="Value that means unknown.")


class DataRecipe(RecipeSection):
    """One data set: a folder of pictures or a Parquet file."""

    crop_fraction: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Side kept of the shorter side, for this set's framing; empty: the usual.",
    )
    labels: str = Field("labels.csv", description="File in the folder with a row for each picture.")
    file_column: str = Field("file", description="Column with the picture's name, with or without suffix.")
    key_column: str = Field("key", description="Column of a Parquet file with the object's name.")
    image_column: str = Field("image", description="Column of a Parquet file with (bytes, path).")
    split_column: str = Field("split", description="Column that says what a row may be used for.")
    splits: tuple[str, ...] = Field(
        ("reference", "train"), description="Values of it that may be trained on."
    )
    only: dict[str, list[str]] = Field(default_factory=dict, description="Rows with these values alone.")
    leave_out: dict[str, list[str]] = Field(default_factory=dict, description="No rows with these values.")
    classes: dict[HeadName, ClassColumn] = Field(default_factory=dict, description="Class heads.")
    numbers: dict[HeadName, NumberColumn] = Field(default_factory=dict, description="Heads of one number.")

    @model_validator(mode="after")
    def _never_test(self) -> Self:
        if TEST_SPLIT in (word.strip().casefold() for word in self.splits):
            raise ValueError('splits names "test"; rows for testing are never trained on')
        return self


class Recipe(RecipeSection):
    """Everything that decides what an encoder becomes, beside the pictures."""

    name: str = Field("vit-tiny-p8-galaxy", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$", description="Name.")
    seed: int = Field(0, ge=0, lt=2**31, description="Of everything random.")
    held_out: float = Field(
        0.05, ge=0, le=0.5, description="Share of the objects that are measured on, not trained on."
    )
    class_head: HeadName | None = Field(None, description="Head whose outputs are the class scores.")
    precision: Literal["float16", "float32"] = Field("float16", description="Weights in the folder.")
    network: NetworkRecipe = NetworkRecipe()
    preprocessing: PreprocessingRecipe = PreprocessingRecipe()
    views: ViewsRecipe = ViewsRecipe()
    composites: CompositesRecipe = CompositesRecipe()
    training: TrainingRecipe = TrainingRecipe()
    data: dict[str, DataRecipe] = Field(default_factory=dict, description="By name of folder or file.")

    @model_validator(mode="after")
    def _heads_agree(self) -> Self:
        classes = {head for data in self.data.values() for head in data.classes}
        numbers = {head for data in self.data.values() for head in data.numbers}
        if both := sorted(classes & numbers):
            raise ValueError(f"head {both[0]!r} is a class head in one data set and a number in another")
        if taken := sorted((classes | numbers) & _OWN_HEADS):
            raise ValueError(f"head {taken[0]!r} is one that every encoder has; choose another name")
        return self


def load_recipe(file: Path) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    file : Path
        A TOML file.

    Returns
    -------
    Recipe
        Frozen and valid.

    Raises
    ------
    ConfigError
        If it cannot be read, or with one line for each mistake: ``file: key: got value; what is wanted``.
    """
    return read_recipe(file, Recipe, "config/encoder.toml")


def read_recipe(file: Path, kind: type[_Kind], example: str) -> _Kind:
    """Read a recipe of any kind.

    Parameters
    ----------
    file : Path
        A TOML file.
    kind : type of BaseModel
        What it shall be.
    example : str
        A file of that kind, named where there is none.

    Returns
    -------
    BaseModel
        Of that kind, valid.

    Raises
    ------
    ConfigError
        If it cannot be read, or with one line for each mistake: ``file: key: got value; what is wanted``.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{file}: {error}; name a recipe such as {example}") from error
    try:
        return kind.model_validate(tables)
    except ValidationError as error:
        keys = _every_key(kind)
        raise ConfigError("\n".join(_mistake(dict(item), file, keys) for item in error.errors())) from error


def _mistake(item: dict[str, Any], file: Path, known: list[str]) -> str:
    keys = [str(part) for part in item["loc"]]
    where = f"{file}: {clean('.'.join(keys), 120) or 'recipe'}"
    if item["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], known, n=1)
        return f"{where}: unknown key; {f'did you mean {near[0]}?' if near else 'see docs/training.md'}"
    if item["type"] == "missing":
        return f"{where}: is missing; it has no default"
    wanted = str(item["msg"]).removeprefix("Value error, ")
    got = "" if isinstance(item["input"], dict | BaseModel) else f"got {clean(repr(item['input']), 80)}; "
    return f"{where}: {got}{wanted[:1].lower()}{wanted[1:]}"


def _every_key(kind: type[BaseModel]) -> list[str]:
    schema = kind.model_json_schema()
    sections = (schema, *schema.get("$defs", {}).values())
    return sorted({key for section in sections for key in section.get("properties", {})})
