"""super-image's networks behind one interface.

Importing super_image costs seconds (torchvision, OpenCV, h5py), so it happens when the first
network is built, not before.
"""

import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from model_layer.networks.architectures import ARCHITECTURES, Architecture, Parameters
from model_layer.networks.network import Network
from model_layer.networks.torchvision_shim import make_importable


def build(name: str, parameters: Parameters) -> Network:
    """Build one of :data:`ARCHITECTURES`, with random weights.

    Args:
        name: of the architecture.
        parameters: ``scale``, and any field of the configuration that is a number or a switch
            (``bam``: balanced attention); those not given have super-image's defaults, which are
            those of the published networks. ``rgb_mean`` and ``rgb_std`` are among the weights.

    Raises:
        ValueError: the parameters do not fit the architecture.
    """
    architecture = ARCHITECTURES[name]
    make_importable()
    import super_image  # noqa: PLC0415

    configure = getattr(super_image, f"{architecture.prefix}Config")
    _check(architecture, inspect.signature(configure).parameters, parameters)
    config = configure(**parameters)
    module = _construct(getattr(super_image, f"{architecture.prefix}Model"), config)
    _mend(name, module)
    overlap = architecture.overlap if not getattr(config, "bam", False) else None  # bam pools
    return Network(
        module,
        scale=int(parameters["scale"]),
        multiple=1,
        overlap=overlap and overlap(vars(config)),
        value_range=(0.0, 1.0),
        tile=architecture.tile,
        accelerate=architecture.accelerate,
    )


def _construct(kind: Callable[[Any], nn.Module], config: Any) -> nn.Module:
    try:
        with warnings.catch_warnings():
            # Of weight norm, which torch has in a newer form, and of layers without channels.
            warnings.simplefilter("ignore")
            module = kind(config)
    except (ArithmeticError, RuntimeError, TypeError) as error:
        raise ValueError(str(error)) from error
    for name, weight in module.named_parameters():
        if weight.numel() == 0:
            raise ValueError(f"too few features: {name} is empty")
    return module


def _check(
    architecture: Architecture, fields: Mapping[str, inspect.Parameter], parameters: Parameters
) -> None:
    """Refuse what super-image would swallow, or stumble over later."""
    scale = parameters.get("scale")
    if isinstance(scale, bool) or scale not in architecture.scales:
        known = ", ".join(map(str, architecture.scales))
        raise ValueError(f"scale must be one of {known}, not {scale}")
    for key, value in parameters.items():
        if key not in fields or key in ("kwargs", "data_parallel"):
            raise ValueError(f"{key} is not known")
        default = fields[key].default
        if key != "scale" and not _fits(key, value, default):
            raise ValueError(f"{key} must be like {default!r}, not {value!r}")
        if isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
            raise ValueError(f"{key} must be positive, not {value}")
    for key, only in architecture.fixed:
        if parameters.get(key, only) != only:
            raise ValueError(f"{key} must be {only}, not {parameters[key]}")


def _fits(key: str, value: object, default: object) -> bool:
    """Whether a value is of the kind that a field wants."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    # res_scale is a factor, even where its default is 1.
    kind = int | float if isinstance(default, float) or key == "res_scale" else int
    return isinstance(default, int | float) and isinstance(value, kind)


def _mend(name: str, module: nn.Module) -> None:
    """Make a network take a picture and give a picture, on whatever device it is."""
    if name in ("drn", "physicssr"):  # give pictures of smaller size, or lower quality, before it

        def last(_module: nn.Module, _inputs: object, results: list[Tensor]) -> Tensor:
            return results[-1]

        module.register_forward_hook(last)
    elif name == "awsrn":  # settles on a device when built

        def follow(network: Any, inputs: tuple[Tensor, ...]) -> None:
            network.device = inputs[0].device

        module.register_forward_pre_hook(follow)
