"""The generator and the discriminator of Pix2Pix."""

import pytest
import torch

from model_layer.networks.pix2pix import Discriminator, Generator, initialise


def test_layer_names_and_order_of_the_generator() -> None:
    """Checkpoints of the same architecture load by these names."""
    blocks = list(dict.fromkeys(key.split(".")[0] for key in Generator(2).state_dict()))
    assert blocks == [
        "initial_down",
        *(f"down{i}" for i in range(1, 7)),
        "bottleneck",
        *(f"up{i}" for i in range(1, 8)),
        "final_up",
    ]
    keys = [key for key in Generator(2).state_dict() if key.startswith("up3.")]
    assert keys == [
        "up3.conv.0.weight",
        "up3.conv.1.weight",
        "up3.conv.1.bias",
        "up3.conv.1.running_mean",
        "up3.conv.1.running_var",
        "up3.conv.1.num_batches_tracked",
    ]


def test_the_papers_width_has_its_number_of_weights() -> None:
    """54.4 million in the generator, 2.77 million in the 70×70 discriminator."""
    assert sum(p.numel() for p in Generator(64).parameters()) == 54_414_531
    assert sum(p.numel() for p in Discriminator(64).parameters()) == 2_768_705


@pytest.mark.parametrize("size", [(256, 256), (256, 512)])
def test_the_generator_keeps_the_size(size: tuple[int, int]) -> None:
    with torch.inference_mode():
        out = Generator(2).eval()(torch.rand(1, 3, *size) * 2 - 1)
    assert out.shape == (1, 3, *size)
    assert out.abs().max() <= 1


def test_the_discriminator_judges_patches_of_70_pixels() -> None:
    network = Discriminator(2).eval()
    x = torch.rand(1, 3, 256, 256, requires_grad=True)
    logits = network(x, torch.rand(1, 3, 256, 256))
    assert logits.shape == (1, 1, 30, 30)
    logits[0, 0, 15, 15].backward()
    assert x.grad is not None
    rows = x.grad.abs().amax((0, 1, 3)).nonzero().flatten()
    assert int(rows.max() - rows.min()) + 1 == 70


def test_initial_weights_follow_the_paper() -> None:
    network = Generator(8)
    initialise(network)
    weight = network.down3.conv[0].weight
    assert isinstance(weight, torch.Tensor)
    assert float(weight.detach().std()) == pytest.approx(0.02, rel=0.05)
