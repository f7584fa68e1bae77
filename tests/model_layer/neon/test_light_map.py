"""Light maps and their codes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model_layer.neon import light_map


def plain(red: float, green: float, blue: float) -> torch.Tensor:
    return torch.tensor([red, green, blue]).view(1, 3, 1, 1).expand(1, 3, 60, 60).clone()


def random_told(seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    colours = torch.rand(1, 4, 3, 3, generator=generator) * 2 - 1
    return light_map.tell(colours, (torch.rand(1, 2, 3, 3, generator=generator) > 0.3).float())


def test_grey_has_no_colour() -> None:
    assert light_map.measure(plain(0.4, 0.4, 0.4), 3).abs().max() < 1e-5


def test_the_colour_is_the_same_however_bright() -> None:
    bright, dim = (light_map.measure(plain(0.9 * f, 0.1 * f, 0.6 * f), 2) for f in (1.0, 0.5))
    cosine = torch.cosine_similarity(bright[:, :2], dim[:, :2], dim=1)
    assert cosine.min() > 0.999


def test_light_is_what_is_bright_and_shadows_what_is_dark() -> None:
    picture = plain(1.0, 0.3, 0.3)  # bright and red
    picture[:, :, ::2] = torch.tensor([0.02, 0.02, 0.3]).view(1, 3, 1, 1)  # dark and blue
    red, blue, shadow_red, shadow_blue = light_map.measure(picture, 1).flatten().tolist()
    assert red > 0 > blue
    assert shadow_blue > 0 > shadow_red


def test_cells_are_where_they_are_in_the_picture() -> None:
    picture = plain(0.2, 0.2, 0.2)
    picture[:, 0, :30, 30:] = 0.9
    red = light_map.measure(picture, 2)[0, 0]
    assert red[0, 1] > 0.5
    assert red[[0, 1, 1], [0, 0, 1]].abs().max() < 1e-4


def test_shortening_keeps_the_hue() -> None:
    colours = torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(0)) * 2
    short = light_map.shorten(colours, 0.5)
    assert short.norm(dim=1).max() <= 0.5 + 1e-5
    assert torch.cosine_similarity(short, colours, dim=1).min() > 0.999
    assert torch.allclose(light_map.shorten(short, 0.6), short)


def test_measuring_can_be_learned_from_where_there_is_no_colour() -> None:
    picture = plain(0.5, 0.5, 0.5).requires_grad_()
    light_map.measure(picture, 3).abs().sum().backward()  # type: ignore[no-untyped-call]
    assert picture.grad is not None
    assert picture.grad.isfinite().all()


def test_what_is_unknown_is_not_told() -> None:
    known = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1)
    told = light_map.tell(torch.ones(1, 4, 1, 1), known)
    assert told.flatten().tolist() == [1, 1, 0, 0, 1, 0]


@given(st.integers(0, 10_000))
def test_a_code_says_it_all_to_half_a_step(seed: int) -> None:
    told = random_told(seed)
    again = light_map.decode(light_map.encode(told))
    assert torch.equal(again[:, 4:], told[:, 4:])
    assert (again[:, :4] - told[:, :4]).abs().max() < 0.17
    assert light_map.encode(again) == light_map.encode(told)


def test_codes_are_short_and_of_few_characters() -> None:
    code = light_map.encode(random_told(1))
    assert len(code) == light_map.CODE_LENGTH == 30
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text("ABz09-_", min_size=30, max_size=30))
def test_any_code_of_that_form_is_a_light(code: str) -> None:
    told = light_map.decode(code)
    assert told.shape == (1, 6, 3, 3)
    assert told[:, :4].abs().max() <= light_map.LONGEST + 1e-5


@pytest.mark.parametrize("code", ["", "A" * 29, "A" * 31, "A" * 29 + "!", "A" * 29 + "é"])
def test_other_texts_are_refused(code: str) -> None:
    with pytest.raises(light_map.LightCodeError):
        light_map.decode(code)
