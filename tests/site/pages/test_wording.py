"""What pages say in words and figures."""

import dataclasses

import pytest

from generator.corpus.sources import ORIGIN as DRAWN
from generator.site import loading
from generator.site.pages import wording
from generator.store import manifest
from generator.store.artifacts import Store
from tests import made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.5, "1,234"),
        (123.4, "123"),
        (12.34, "12.3"),
        (1.0, "1.00"),
        (-0.01234, "-0.0123"),
        (1e-7, "0.000000100"),
        (float("nan"), "unknown"),
    ],
)
def test_figures_have_three_digits(value, text):
    assert wording.figure(value) == text


def load(tmp_path, **options):
    path = made.make(tmp_path, (3, 3), **options)
    return loading.load(manifest.load(path), Store(tmp_path / "store"))


def said(sentences):
    return [
        "".join(piece if isinstance(piece, str) else f"<{piece.name}>" for piece in sentence) for sentence in sentences
    ]


def test_summary_names_the_most_frequent_label(tmp_path):
    records = load(tmp_path, labels=lambda _, index, place: "cat" if place < 6 or index == 1 else "dog")
    first, second, _ = records.sections[0].filters
    assert said(wording.summary(first, records.corpus)) == [
        "6 of its 9 top patches come from photographs labelled <cat>; the others are labelled <dog>.",
        "The neuron picture excites it 1.43 times as strongly as the best patch in 1,806 photographs.",
    ]
    assert said(wording.summary(second, records.corpus))[0] == (
        "All 9 of its top patches come from photographs labelled <cat>."
    )


def test_summary_of_all_different_labels(tmp_path):
    records = load(tmp_path, labels=lambda _, __, place: f"label {place}")
    assert said(wording.summary(records.sections[0].filters[0], records.corpus))[0] == (
        "Its 9 top patches come from photographs with 9 different labels."
    )


@pytest.mark.parametrize(
    ("names", "said_so"),
    [
        ([DRAWN], "the drawings"),
        ([DRAWN, "mine"], "the photographs and drawings"),
        (["mine", "yours"], "the real photographs"),
    ],
)
def test_drawings_are_not_called_photographs(tmp_path, names, said_so):
    records = load(tmp_path)
    sources = tuple((name, "free", 9) for name in names)
    card = dataclasses.replace(records.corpus, name=" + ".join(names), sources=sources)
    assert wording.pictures(dataclasses.replace(records, corpus=card)) == said_so


def test_missing_parts_are_told(tmp_path):
    records = load(tmp_path, chosen=2, has=lambda _, index, part: part == "texture" or index == 0)
    notes = wording.missing(records.sections[0])
    assert any("Shown are 2 of the layer" in note for note in notes)
    (lacking,) = (note for note in notes if note.startswith("Not computed yet: "))
    assert lacking.startswith("Not computed yet: the neuron picture, the patches, ")
    assert lacking.endswith(" of 1 filter.")
    assert "end before block3_conv1" in wording.missing(records.sections[4])[0]


def test_what_is_missing_takes_one_line_however_much_it_is(tmp_path):
    some = {"texture": 3, "neuron": 2, "patches": 0}
    records = load(tmp_path, chosen=3, has=lambda _, index, part: index < some.get(part, 3))
    (lacking,) = (note for note in wording.missing(records.sections[0]) if "computed" in note)
    assert lacking == "Not computed yet: the neuron picture of 1 filter; the patches of every filter."


def test_alt_texts_say_what_is_known(tmp_path):
    this = load(tmp_path, labels=lambda _, __, place: "cat" if place else "dog").sections[0].filters[2]
    assert wording.alt(this, "texture") == "block1_conv1 filter 2, synthesised texture; top labels: cat and dog"


def test_layers_sum_up_their_filters(tmp_path):
    section = load(tmp_path, labels=lambda _, index, __: "cat" if index else "dog").sections[0]
    assert wording.frequent(section) == [("cat", 2)]
    ahead = wording.ahead(section)
    assert ahead is not None
    assert ahead.startswith("In 3 of 3 filters the neuron picture excites the unit more")
