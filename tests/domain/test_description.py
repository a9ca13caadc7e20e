"""A description says whether there is something to read."""

from astrolens.domain.description import DescribedClass, Description


def test_a_reason_means_no_description() -> None:
    told = Description(
        image_id=1, words="A ring.", provider="ollama", model="m", prompt_version="1", made_at="t"
    )
    silent = Description(
        image_id=1, reason="no JSON", provider="ollama", model="m", prompt_version="1", made_at="t"
    )
    assert told.described
    assert not silent.described


def test_class_names_are_plain_words() -> None:
    assert all(one.value.replace(" ", "").replace("-", "").isalpha() for one in DescribedClass)
