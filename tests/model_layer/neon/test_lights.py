"""From the light that was asked for to what the generator is told."""

import torch
from PIL import Image

from model_layer.neon import light_map, lights
from model_layer.networks.network import Bank
from model_layer.rigs import rigs


def half(*, left: bool) -> torch.Tensor:
    """A picture (1, 3, 32, 32) that is bright on one side."""
    picture = torch.full((1, 3, 32, 32), 0.1)
    picture[..., :16] = 0.9 if left else 0.1
    picture[..., 16:] = 0.1 if left else 0.9
    return picture


def direction(asked: torch.Tensor) -> torch.Tensor:
    """The hues, whatever their length."""
    return torch.cat([asked[:, :4] / asked[:, :4].norm(), asked[:, 4:]], 1)


def told(red: float, blue: float) -> torch.Tensor:
    colours = torch.tensor([red, blue, red, blue]).view(1, 4, 1, 1).expand(1, 4, 3, 3)
    return torch.cat([colours, torch.ones(1, 2, 3, 3)], 1)


TOP = torch.full((1, 3, 32, 32), 0.1)
TOP[:, :, :8] = 0.9
BANK = Bank(
    torch.cat([lights.layout(half(left=True)), lights.layout(TOP)]),
    torch.cat([told(0.5, 0.0), told(0.0, 0.9)]),
)


def test_auto_is_the_light_that_lies_as_the_photos_does() -> None:
    for photo, expected in ((TOP, told(0.0, 0.9)), (half(left=True), told(0.5, 0.0))):
        found = lights.told("auto", photo, BANK)
        assert torch.allclose(direction(found), direction(expected), atol=1e-5)


def test_the_next_is_another_one_and_after_the_last_comes_the_first() -> None:
    found = [lights.told(light, TOP, BANK) for light in ("auto", "auto+1", "auto+2")]
    assert torch.allclose(direction(found[1]), direction(told(0.5, 0.0)), atol=1e-5)
    assert torch.equal(found[2], found[0])


def test_a_light_fits_the_other_way_round_too() -> None:
    one_sided = told(0.5, 0.0)
    one_sided[..., 0] = 0
    bank = Bank(lights.layout(half(left=True)), one_sided)
    found = lights.told("auto", half(left=False), bank)
    assert torch.allclose(direction(found), direction(one_sided.flip(3)), atol=1e-5)


def test_of_two_that_fit_the_one_of_several_hues_is_taken() -> None:
    several = told(0.5, 0.0)
    several[:, 1, :, 1:] = 0.5
    bank = Bank(lights.layout(TOP).repeat(2, 1), torch.cat([told(0.5, 0.0), several]))
    found = lights.told("auto", TOP, bank)
    assert torch.allclose(direction(found), direction(several), atol=1e-5)


def test_measured_light_has_one_length_and_keeps_its_differences() -> None:
    faint = told(0.25, 0.0)
    faint[:, :4, 0] *= 2
    found = lights.told("auto", TOP, Bank(lights.layout(TOP), faint))
    lengths = found[0, :2].norm(dim=0)
    assert abs(float(lengths.mean()) - lights.MEASURED) < 1e-4
    assert torch.allclose(lengths[0], 2 * lengths[1], atol=1e-5)
    hardly_any = lights.told("auto", TOP, Bank(lights.layout(TOP), told(0.01, 0.0)))
    assert float(hardly_any[0, :2].norm(dim=0).max()) < 0.05


def test_an_empty_bank_tells_nothing() -> None:
    bank = Bank(torch.zeros(0, 64), torch.zeros(0, 6, 3, 3))
    assert not lights.told("auto", TOP, bank).any()


def test_a_rigs_lamps_have_its_hues_and_one_length() -> None:
    for rig in rigs().values():
        lamps = lights.told(rig.name, TOP, BANK)
        assert lamps.shape == (1, 6, 3, 3)
        for row in range(3):
            for column in range(3):
                cell, colour = lamps[0, :, row, column], rig.light[row][column]
                assert float(cell[4]) == (colour is not None)
                assert abs(float(cell[:2].norm()) - lights.LAMP * (colour is not None)) < 1e-5
                if colour:
                    y = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
                    wanted = torch.tensor([colour[0] - y, colour[2] - y])
                    assert torch.cosine_similarity(cell[:2], wanted, dim=0) > 0.999


def test_the_light_of_a_picture_is_a_light_that_can_be_asked_for() -> None:
    picture = Image.new("RGBA", (90, 60), (255, 40, 200, 255))
    lamps = lights.told(lights.code_of(picture), TOP, BANK)
    wanted = light_map.measure(torch.tensor([1.0, 0.157, 0.784]).view(1, 3, 1, 1), 1)
    assert lamps[:, 4:].all()
    hue = torch.cosine_similarity(lamps[:, :2], wanted[:, :2], dim=1)
    assert hue.min() > 0.98


def test_spread_of_hues() -> None:
    opposite = told(0.5, 0.0)
    opposite[:, :2, :, 0] *= -1
    one, mixed = lights.spread_of_hues(torch.cat([told(0.5, 0.2), opposite])).tolist()
    assert abs(one) < 1e-5
    assert abs(mixed - 2 / 3) < 1e-5


def test_hues_count_where_the_photo_is_bright() -> None:
    """A light of several hues was chosen whose lower half fell on black rocks."""
    many_below, many_above = told(0.5, 0.2), told(0.5, 0.2)
    many_below[:, :2, 2, ::2] *= -1
    many_above[:, :2, 0, ::2] *= -1
    bank = Bank(torch.zeros(2, 64), torch.cat([many_below, many_above]))
    assert torch.equal(lights.search(TOP, bank, 0), many_above)
    assert torch.equal(lights.search(TOP.flip(2), bank, 0), many_below)
