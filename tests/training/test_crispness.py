"""What makes an upscaler crisp."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from tests.training.pictures import ByteArray
from training.crispness import (
    FeatureDistance,
    PatchDiscriminator,
    discriminator_loss,
    generator_loss,
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


def test_the_distance_teaches_the_result_and_not_the_backbone(distance: FeatureDistance) -> None:
    result = tensor(Image.fromarray(grain())).requires_grad_()
    distance.train()
    distance(result, torch.rand(1, 3, 64, 64)).backward()
    assert result.grad is not None
    assert result.grad.any()
    assert not any(weight.requires_grad for weight in distance.parameters())
    assert not distance.training


def test_a_missing_backbone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(ValueError, match=r"efficientnet_lite_pytorch; pip install"):
        FeatureDistance()


def test_the_discriminator_looks_at_patches() -> None:
    discriminator = PatchDiscriminator(8)
    assert discriminator(torch.rand(2, 3, 80, 48)).shape == (2, 1, 20, 12)


def test_the_discriminator_learns_and_then_knows() -> None:
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(8)
    optimizer = torch.optim.Adam(discriminator.parameters(), 1e-3)
    photos = torch.rand(4, 3, 32, 32)
    results = torch.nn.functional.avg_pool2d(photos, 3, 1, 1)
    with torch.no_grad():
        before = float(discriminator_loss(discriminator, photos, results))
    for _ in range(60):
        optimizer.zero_grad()
        loss = discriminator_loss(discriminator, photos, results)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    with torch.no_grad():
        assert float(discriminator_loss(discriminator, photos, results)) < before
        assert generator_loss(discriminator, photos) < generator_loss(discriminator, results)


def test_spectral_norm_bounds_every_layer() -> None:
    discriminator = PatchDiscriminator(8)
    for _ in range(30):
        discriminator(torch.rand(1, 3, 32, 32))  # an iteration towards the norm each
    for layer in discriminator:
        if isinstance(layer, torch.nn.Conv2d):
            assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2) < 1.05
