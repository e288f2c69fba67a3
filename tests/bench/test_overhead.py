"""What the pass costs is measured on all of it, by turns with the bare forward pass."""

import dataclasses

import pytest

from generator.bench import overhead
from generator.network.forward import Network
from generator.network.geometry import FILTERS, LAYERS
from generator.responses import scan
from generator.responses.accumulators import Accumulator
from tests.conftest import drawn_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return drawn_corpus(tmp_path_factory.mktemp("photos"), 9)


def test_every_part_of_the_pass_is_timed_on_every_photograph(corpus, narrow, monkeypatch):
    read, added = [], []
    monkeypatch.setattr(scan, "SHARD", 4)
    add = Accumulator.add

    def counted(self, first, peaks):
        added.append(first)
        add(self, first, peaks)

    def reading(photograph):
        read.append(photograph.name)
        return corpus.read(photograph)

    monkeypatch.setattr(Accumulator, "add", counted)
    own = dataclasses.replace(corpus, read=reading)
    found = overhead.measure(Network(narrow), own, narrow.layers[:2], photographs=6)
    assert len(set(read)) == len(read) == 6
    assert added == [0, 0, 4, 4]
    assert min(found.bare, found.full, found.decoding, found.conclusion) > 0
    assert found.with_decoding > found.over_batches > found.full / found.bare
    assert 0.1 < found.memory < 100


def test_the_report_says_the_figures_and_their_limits():
    text = overhead.report(overhead.Pass(0.2, 0.21, 0.02, 0.001, 1.5), 192, 13)
    assert "1.055 of a bare forward pass (at most 1.10)" in text
    assert "1.155 of a bare forward pass (at most 1.25)" in text
    assert "1.50 GiB" in text


def test_missing_layers_are_filled_up_in_vgg16s_shapes(monkeypatch, narrow):
    monkeypatch.setattr(overhead, "LAYERS", LAYERS[:2])
    whole = overhead.completed(None)
    assert [layer.filters for layer in whole.layers] == [FILTERS[0]] * 2
    assert whole.kernel("block1_conv1").std() > 0
