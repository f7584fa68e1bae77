"""Installs what super-image's author published: fetched, checked, tried, converted."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from model_layer.networks.registry import Parameters, build, load_strictly
from model_layer.store.install import InstallTarget
from model_layer.store.manifest import Model
from model_layer.store.pretrained.checkpoint import CheckpointError, read_checkpoint
from model_layer.store.pretrained.hub import Repository
from model_layer.store.pretrained.published import CONFIG, read_config, spdx, weights_file
from model_layer.upscaling.trial import Trial, compare_with_bicubic

MAX_CONFIG = 1_000_000
MAX_WEIGHTS = 500_000_000  # bytes; HAN's, the largest of super-image's, have about 260 million

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pulled:
    """A model that was installed."""

    model: Model
    trial: Trial


@dataclass(frozen=True)
class _Tried:
    name: str
    scale: int
    parameters: Parameters
    weights: dict[str, Tensor]
    trial: Trial


def pull(
    repository: str, scales: Sequence[int], target: InstallTarget, licence: str | None = None
) -> list[Pulled]:
    """Fetch published weights and install them; all of them, or none.

    Args:
        repository: on the hub, as ``eugenesiow/edsr-base``.
        scales: which of its networks; a model is called after both, as ``edsr-base-x2``.
        target: where they go.
        licence: of the weights; by default what the model card states.

    Raises:
        HubError: the hub cannot be reached, or has no such repository or file.
        ValueError: the configuration or the weights are not what they should be, the network is
            no better than bicubic, no licence is stated, or a name is taken.
        OSError: a file cannot be read or written.
        ModelStoreError: the folder's manifest is malformed.
    """
    names = {scale: f"{repository.rpartition('/')[2]}-x{scale}" for scale in scales}
    target.check_free(list(names.values()))
    source = Repository(repository).at_commit(CONFIG)
    try:
        architecture, fields = read_config(source.fetch(CONFIG, MAX_CONFIG))
    except ValueError as error:
        raise ValueError(f"{repository}: {error}") from error
    stated = licence or source.licence()
    if not stated:
        raise ValueError(f"{repository}: the model card states no licence; name it by --licence")
    tried = [_try(source, architecture, fields, scale, name) for scale, name in names.items()]
    return [_install(each, source, architecture, spdx(stated), target) for each in tried]


def _try(
    source: Repository, architecture: str, fields: Parameters, scale: int, name: str
) -> _Tried:
    file = weights_file(scale)
    path = source.fetch(file, MAX_WEIGHTS)
    parameters = {"scale": scale, **fields}
    logger.info("%s: checking %s", source.name, file)
    try:
        weights = read_checkpoint(path)
        network = build(architecture, parameters)
        load_strictly(network.module, weights)
    except CheckpointError as error:
        raise ValueError(f"{source.name}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{source.name}: {file}: {error}") from error
    network.module.eval().requires_grad_(False)
    found = compare_with_bicubic(network)
    if not found.passed:
        raise ValueError(
            f"{source.name}: {file}: {found.network:.2f} dB on a test photo, where bicubic reaches "
            f"{found.bicubic:.2f}: damaged, or for another network"
        )
    return _Tried(name, scale, parameters, weights, found)


def _install(
    tried: _Tried, source: Repository, architecture: str, licence: str, target: InstallTarget
) -> Pulled:
    model = target.install(
        tried.name,
        tried.weights,
        _card(tried, source, architecture, licence),
        effect="upscale",
        architecture=architecture,
        parameters=tried.parameters,
        licence=licence,
        scale=tried.scale,
    )
    return Pulled(model, tried.trial)


def _card(tried: _Tried, source: Repository, architecture: str, licence: str) -> str:
    found = tried.trial
    return f"""# {tried.name}

Enlarges photos {tried.scale} times: published weights of super-image.

| | |
|---|---|
| Source | [{source.name}](https://huggingface.co/{source.name}), `{weights_file(tried.scale)}` |
| Commit | `{source.revision}` |
| Architecture | {architecture} from super-image |
| Input, output | RGB in 0..1, any size; the output is {tried.scale} times as wide and high |

When it was pulled it reached {found.network:.2f} dB on a test photo, bicubic {found.bicubic:.2f}
(PSNR on Y). `python -m training evaluate-upscaler` measures it on a folder. Data and recipe are
in the model card at the source.

## Licence

{licence}, as stated at the source.
"""
