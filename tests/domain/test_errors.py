"""The four classes are siblings: none is caught for another."""

from itertools import permutations

from astrolens.domain.errors import AstroLensError, BadData, ConfigError, PluginError, Unavailable


def test_each_is_an_instruction_of_its_own() -> None:
    kinds = (BadData, Unavailable, ConfigError, PluginError)
    assert all(issubclass(kind, AstroLensError) for kind in kinds)
    assert not any(issubclass(one, other) for one, other in permutations(kinds, 2))
    assert not issubclass(AstroLensError, OSError | ValueError)


def test_unavailable_carries_the_wait() -> None:
    assert Unavailable("429").retry_after_s is None
    error = Unavailable("429", 30.0)
    assert (str(error), error.retry_after_s) == ("429", 30.0)
