import numpy as np
import pytest
from PIL import Image

from generator.ascent import contrast
from generator.bench import natural_contrast
from tests.ascent.test_contrast import as_natural


def test_pictures_with_the_tables_contrast_give_the_table_back():
    """Its upper half: what one picture has in the few longest waves is a matter of chance."""
    table, _, number = natural_contrast.measure([as_natural(224, 0.4)])
    assert number == 1
    np.testing.assert_allclose(table[:, 6:13], contrast.NATURAL[:, 6:13] + 2 * np.log10(0.4), atol=0.15)


def test_the_mean_colour_is_told_apart():
    even = np.full((224, 224, 3), (200, 100, 60), np.uint8)
    table, mean, _ = natural_contrast.measure([even])
    logits = np.log(even[0, 0] / 255 / (1 - even[0, 0] / 255))
    np.testing.assert_allclose(mean, np.abs(np.linalg.inv(contrast.COLOURS.astype(float)) @ logits), rtol=1e-6)
    assert (table < -20).all()


def test_small_photographs_are_left_out(tmp_path, capsys):
    drawn = np.random.default_rng(0)
    for name, size in (("small.png", (100, 300)), ("large.jpg", (300, 240))):
        Image.fromarray(drawn.integers(0, 256, (*size, 3), np.uint8)).save(tmp_path / name)
    assert [square.shape for square in natural_contrast.squares(tmp_path)] == [(224, 224, 3)]
    natural_contrast.main([str(tmp_path)])
    assert "1 photographs" in capsys.readouterr().out
    (tmp_path / "large.jpg").unlink()
    with pytest.raises(SystemExit, match="2"):
        natural_contrast.main([str(tmp_path)])
    assert "no picture with at least 224 pixels" in capsys.readouterr().err
