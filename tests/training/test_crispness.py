"""What makes an upscaler crisp."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from tests.training.pictures import ByteArray
from training.crispness import FeatureDistance, sharpened


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
