"""Published figures."""

import pytest

from training.published import is_set5, on_set5, papers_on_set5


@pytest.mark.parametrize("form", ["{}.png", "{}_GT.bmp", "{}_gt.PNG"])
def test_set5_is_told_by_its_names(form: str) -> None:
    names = [form.format(name) for name in ("woman", "baby", "bird", "butterfly", "head")]
    assert is_set5(names)
    assert is_set5(name.title() for name in names)
    assert not is_set5(names[:4])
    assert not is_set5([*names, "lenna.png"])
    assert not is_set5([*names[:4], "comic.png"])


def test_figures_are_given_best_first_for_every_scale() -> None:
    for found in (on_set5, papers_on_set5):
        for scale in (2, 3, 4):
            figures = [line.psnr for line in found(scale)]
            assert figures == sorted(figures, reverse=True)
            assert figures
        assert found(8) == ()
        assert found(2)[0].psnr > found(3)[0].psnr > found(4)[0].psnr
