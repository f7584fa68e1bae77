"""What makes an upscaler crisp."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from tests.training.pictures import ByteArray
from training.crispness import (
    SHIFT,
    FeatureDistance,
    PatchDiscriminator,
    discriminator_loss,
    generator_loss,
    sharpened,
    veiled,
)


@pytest.fixture(scope="module")
def distance() -> FeatureDistance:
    return FeatureDistance()


def grain() -> ByteArray:
    return np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)


def tensor(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() / 255


def test_the_distance_grows_with_blur(distance: FeatureDistance) -> None:
    sharp = Image.fromarray(grain())
    blurred = [sharp.filter(ImageFilter.GaussianBlur(sigma)) for sigma in (0.4, 0.8, 1.6)]
    found = [float(distance(tensor(image), tensor(sharp))) for image in (sharp, *blurred)]
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert found == sorted(found)
    assert found[-1] < 2


def test_a_missing_backbone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(ValueError, match=r"efficientnet_lite_pytorch; pip install"):
        FeatureDistance()


def test_sharpening_steepens_edges_of_brightness_alone() -> None:
    y = torch.linspace(0.2, 0.8, 4).repeat(1, 3, 4, 1)
    y = torch.nn.functional.pad(y, (20, 20, 20, 20), mode="replicate")
    photo = y * torch.tensor([1.0, 0.6, 0.8]).view(1, 3, 1, 1)
    sharp = sharpened(photo, 2.0, 1.0)
    assert sharp.diff(dim=3).max() > 1.3 * photo.diff(dim=3).max()
    before, after = (picture[:, :1] - picture[:, 2:] for picture in (photo, sharp))
    assert torch.allclose(before, after, atol=1e-5)
    assert torch.allclose(sharp[..., :8], photo[..., :8], atol=1e-5)  # even, far from the edge


def test_sharpening_stays_in_range_and_can_be_none() -> None:
    photo = torch.rand(2, 3, 24, 16)
    assert 0 <= sharpened(photo, 1.0, 9.0).min() <= sharpened(photo, 1.0, 9.0).max() <= 1
    assert torch.equal(sharpened(photo, 1.5, 0.0), photo)


def test_the_discriminator_looks_at_patches() -> None:
    discriminator = PatchDiscriminator(8)
    assert discriminator(torch.rand(2, 3, 80, 48)).shape == (2, 1, 20, 12)


def test_the_discriminator_sees_fine_detail_of_brightness_alone() -> None:
    discriminator, photo = PatchDiscriminator(8).eval(), torch.rand(1, 3, 32, 32)
    darker = photo - 0.1
    tinted = photo + torch.tensor([0.1, -0.1 * 0.299 / 0.587, 0.0]).view(1, 3, 1, 1)
    for changed in (darker, tinted):
        assert torch.allclose(discriminator(changed), discriminator(photo), atol=1e-4)
    assert not torch.allclose(discriminator(photo.flip(3)).flip(3), discriminator(photo), atol=1e-2)


def test_the_discriminator_learns_and_then_knows() -> None:
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(8)
    optimizer = torch.optim.Adam(discriminator.parameters(), 1e-3)
    photos = torch.rand(4, 3, 32, 32)
    results = torch.nn.functional.avg_pool2d(photos, 3, 1, 1)
    for _ in range(40):
        optimizer.zero_grad()
        loss = discriminator_loss(discriminator, photos, results)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    with torch.no_grad():
        assert float(discriminator_loss(discriminator, photos, results)) < 0.3
        assert generator_loss(discriminator, photos) < generator_loss(discriminator, results)


def test_spectral_norm_bounds_every_layer() -> None:
    discriminator = PatchDiscriminator(8)
    for _ in range(30):
        discriminator(torch.rand(1, 3, 32, 32))  # an iteration towards the norm each
    convolutions = [m for m in discriminator.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convolutions) == 5
    for layer in convolutions:
        assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2) < 1.05


def test_the_discriminator_never_sees_a_pixel_at_the_same_place_or_without_noise() -> None:
    photo = torch.arange(32 * 32.0).view(1, 1, 32, 32).expand(2, 3, 32, 32)
    corners = set()
    for seed in range(1000):
        seen = veiled(photo, torch.Generator().manual_seed(seed))
        assert torch.equal(seen.round()[0], seen.round()[1])
        assert not torch.equal(seen[0], seen[1])
        corners.add(int(seen[0, 0, 0, 0].round()))
    assert corners == {32 * top + left for top in range(SHIFT) for left in range(SHIFT)}
