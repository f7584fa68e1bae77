"""super-image's networks: what is promised of each holds."""

from typing import Any

import pytest
import torch

from model_layer.networks.architectures import ARCHITECTURES, Parameters
from model_layer.networks.network import Network
from model_layer.networks.registry import UnknownArchitectureError, build

SMALL: dict[str, dict[str, int]] = {
    "a2n": {"nf": 8, "unf": 4, "nb": 2},
    "awsrn": {"n_resblocks": 2, "block_feats": 8, "n_feats": 4, "n_awru": 2},
    "drn": {"n_blocks": 1},
    "edsr": {"n_resblocks": 2, "n_feats": 4},
    "han": {"n_resblocks": 1, "n_feats": 16},
    "msrn": {"n_blocks": 2, "n_feats": 4},
    "pan": {"nf": 8, "unf": 4, "nb": 2},
    "physicssr": {"n_resblocks": 2, "n_feats": 4},
    "rcan": {"n_resgroups": 1, "n_resblocks": 1, "n_feats": 16, "reduction": 2},
}
"""Parameters that make a network small, where it has any."""

EVERY = [
    # The scale changes the last layers only; those other than ×2 are super-image's affair.
    pytest.param(name, scale, marks=[pytest.mark.slow] if scale != 2 else [])
    for name, kind in ARCHITECTURES.items()
    for scale in kind.scales
]
TILED = [each for each in EVERY if ARCHITECTURES[str(each.values[0])].overlap]
WHOLE = [name for name, kind in ARCHITECTURES.items() if not kind.overlap]


def small(name: str, scale: int, **more: bool) -> Network:
    torch.manual_seed(0)
    network = build(name, {"scale": scale, **SMALL.get(name, {}), **more})
    network.module.eval().requires_grad_(False)
    return network


@pytest.mark.parametrize(("name", "scale"), EVERY)
def test_a_picture_becomes_larger(name: str, scale: int) -> None:
    network = small(name, scale)
    assert (network.scale, network.multiple, network.value_range) == (scale, 1, (0, 1))
    result = network.inference()(torch.rand(1, 3, 9, 14))
    assert result.shape == (1, 3, 9 * scale, 14 * scale)
    assert result.isfinite().all()


@torch.no_grad()
def response(network: Network, *, size: int, lit: int) -> torch.Tensor:
    """Light one column of a black picture; return how bright each column of the result is.

    All weights are positive and there are no biases, so that nothing is cut off by an activation
    and nothing cancels out: whatever can be reached, is. In double precision even 3^-100 counts.
    """
    module: Any = network.module.double()
    for key, value in module.state_dict().items():
        if key.endswith("bias"):
            value.zero_()
        else:
            value.uniform_(0.5, 1).div_(value[0].numel() if value.dim() > 1 else 1)
    if hasattr(module, "rgb_mean"):
        module.rgb_mean = torch.zeros(1, 3, 1, 1, dtype=torch.float64)
    x = torch.zeros(1, 3, 5, size, dtype=torch.float64)
    x[..., lit] = 1
    result: torch.Tensor = module(x).abs().amax((0, 1, 2))
    return result


@pytest.mark.parametrize(("name", "scale"), TILED)
def test_the_overlap_is_as_wide_as_the_receptive_field(name: str, scale: int) -> None:
    """A pixel counts as far as the overlap says: with one less, something would be missing."""
    network = small(name, scale)
    overlap = network.overlap
    assert overlap is not None
    lit = overlap + 3
    reached = response(network, size=2 * overlap + 7, lit=lit).nonzero().flatten() // scale
    assert (int(reached.min()), int(reached.max())) == (lit - overlap, lit + overlap)


@pytest.mark.parametrize("name", WHOLE)
def test_what_cannot_be_tiled_sees_the_whole_picture(name: str) -> None:
    network = small(name, 2)
    assert network.overlap is None
    forward, x = network.inference(), torch.rand(1, 3, 4, 100)
    changed = x.clone()
    changed[..., :4] = 1 - changed[..., :4]
    assert float((forward(x) - forward(changed))[..., -8:].abs().max()) > 0


@pytest.mark.parametrize("name", ["awsrn", "carn", "mdsr", "msrn", "pan"])
def test_balanced_attention_cannot_be_tiled(name: str) -> None:
    parameters: Parameters = {"scale": 2, "bam": True}
    if name == "awsrn":  # its attention reduces the features eightfold
        parameters = {**parameters, "n_resblocks": 1}
    network = build(name, parameters)
    assert network.overlap is None
    assert network.module.eval()(torch.rand(1, 3, 6, 8)).shape == (1, 3, 12, 16)


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("pan", {}, "scale must be one of 2, 3, 4, not None"),
        ("ddbpn", {"scale": 3}, "scale must be one of 2, 4, not 3"),
        ("edsr", {"scale": True}, "scale must be"),
        ("edsr", {"scale": 2, "depth": 3}, "depth is not known"),
        ("edsr", {"scale": 2, "data_parallel": True}, "data_parallel is not known"),
        ("edsr", {"scale": 2, "n_feats": "many"}, "n_feats must be like 64, not 'many'"),
        ("edsr", {"scale": 2, "n_feats": 0}, "n_feats must be positive"),
        ("edsr", {"scale": 2, "n_feats": 0.5}, "n_feats must be like 64"),
        ("pan", {"scale": 2, "bam": 1}, "bam must be like False, not 1"),
        ("edsr", {"scale": 2, "n_colors": 1}, "n_colors must be 3, not 1"),
        ("edsr", {"scale": 2, "no_upsampling": True}, "no_upsampling must be False"),
        ("han", {"scale": 2, "n_resgroups": 2}, "n_resgroups must be 10"),
        ("rcan", {"scale": 2, "n_feats": 8}, "parameters of rcan: too few features"),
        ("swinir", {"scale": 2}, "unknown architecture 'swinir'"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, parameters: dict[str, int], reason: str) -> None:
    with pytest.raises(UnknownArchitectureError) as caught:
        build(name, parameters)
    assert reason in str(caught.value)


def test_factors_may_have_decimals() -> None:
    network = build("edsr", {"scale": 2, "n_resblocks": 1, "n_feats": 4, "res_scale": 0.1})
    assert network.module.body[0].res_scale == 0.1  # type: ignore[index,union-attr]
