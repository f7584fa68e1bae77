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
    assert torch.equal(lights.told("auto", TOP, BANK), told(0.0, 0.9))
    assert torch.equal(lights.told("auto", half(left=True), BANK), told(0.5, 0.0))


def test_the_next_is_another_one_and_after_the_last_comes_the_first() -> None:
    found = [lights.told(light, TOP, BANK) for light in ("auto", "auto+1", "auto+2")]
    assert torch.equal(found[1], told(0.5, 0.0))
    assert torch.equal(found[2], found[0])


def test_a_light_fits_the_other_way_round_too() -> None:
    one_sided = told(0.5, 0.0)
    one_sided[..., 0] = 0
    bank = Bank(lights.layout(half(left=True)), one_sided)
    assert torch.equal(lights.told("auto", half(left=False), bank), one_sided.flip(3))


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
    assert torch.allclose(lamps[:, :2], wanted[:, :2].expand(1, 2, 3, 3), atol=0.17)
