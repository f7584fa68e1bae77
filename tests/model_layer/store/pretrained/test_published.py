"""What repositories of super-image say."""

from pathlib import Path

import pytest

from model_layer.networks.architectures import ARCHITECTURES
from model_layer.networks.registry import build
from model_layer.networks.torchvision_shim import make_importable
from model_layer.store.pretrained.published import read_config, spdx, weights_file


@pytest.fixture(params=sorted(ARCHITECTURES))
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """An architecture, and the configuration that super-image writes of it."""
    make_importable()
    import super_image  # noqa: PLC0415

    name: str = request.param
    configure = getattr(super_image, f"{ARCHITECTURES[name].prefix}Config")
    configure(scale=4).save_pretrained(tmp_path)
    return name, tmp_path / "config.json"


def test_the_configuration_of_every_architecture_is_read(written: tuple[str, Path]) -> None:
    name, path = written
    architecture, parameters = read_config(path)
    assert architecture == name
    assert not {"scale", "data_parallel", "rgb_mean"} & parameters.keys()
    fixed = {key for key, _ in ARCHITECTURES[name].fixed}
    assert not fixed & parameters.keys()


@pytest.mark.parametrize("written", ["carn", "edsr", "mdsr", "pan"], indirect=True)
def test_and_builds_the_network(written: tuple[str, Path]) -> None:
    architecture, parameters = read_config(written[1])
    given = build(architecture, {"scale": 4, **parameters}).module.state_dict()
    default = build(architecture, {"scale": 4}).module.state_dict()
    assert {k: v.shape for k, v in given.items()} == {k: v.shape for k, v in default.items()}


def test_files_are_named_after_the_scale() -> None:
    assert weights_file(3) == "pytorch_model_3x.pt"


@pytest.mark.parametrize(
    ("stated", "written"),
    [("apache-2.0", "Apache-2.0"), ("mit", "MIT"), ("cc-by-4.0", "CC-BY-4.0"), ("other", "other")],
)
def test_licences_are_written_as_spdx_does(stated: str, written: str) -> None:
    assert spdx(stated) == written
