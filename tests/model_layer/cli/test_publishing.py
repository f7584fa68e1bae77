"""The command line with weights in a bucket."""

import tempfile
from pathlib import Path

import pytest

from model_layer.effects import Neon
from model_layer.store.bucket import make_client
from model_layer.store.store import ModelStore
from tests.aws import Aws
from tests.model_layer.command_line import CommandLine, draw


def test_publishing_and_using_a_bucket(
    cli: CommandLine, tiny_weights: Path, tmp_path: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    target = f"s3://{aws.bucket()}/v1"
    draw(Path("a.png"))
    assert cli("upscale", "a.png", "-o", "here.png") == 0

    cli.weights = tmp_path / "nowhere"
    assert cli("publish", target, "--from", tiny_weights) == 0
    assert cli.out.splitlines()[-1] == f"{target}: 5 files published, 0 unchanged"
    assert "manifest.json: " in cli.out
    cli.weights = tiny_weights
    assert cli("publish", target + "/") == 0
    assert cli.out == f"{target}: 0 files published, 5 unchanged\n"

    cli.weights = target
    assert cli("upscale", "a.png", "-o", "there.png") == 0
    assert Path("there.png").read_bytes() == Path("here.png").read_bytes()


def test_models_in_a_bucket(cli: CommandLine, aws: Aws) -> None:
    target = f"s3://{aws.bucket()}"
    assert cli("publish", target) == 0
    cli.weights = target
    assert cli("models") == 0
    assert "MISSING" not in cli.out
    make_client().delete_object(Bucket="weights", Key=ModelStore.open(target).model(Neon()).file)
    assert cli("models") == 0
    (line,) = (line for line in cli.out.splitlines() if "MISSING" in line)
    assert line.startswith("neon ")


def test_publishing_where_it_cannot_be_done(cli: CommandLine, tmp_path: Path, aws: Aws) -> None:
    assert cli("publish", "weights") == 2
    assert cli.errors == ["error: weights: is not s3://bucket/prefix"]
    assert cli("publish", "s3://nowhere") == 2
    assert cli.errors[-1].endswith(".safetensors: no such bucket")
    assert cli.errors[-1].startswith("error: s3://nowhere/neon-")
    assert cli("publish", f"s3://{aws.bucket()}", "--from", "s3://nowhere") == 2
    assert cli.errors == ["error: s3://nowhere: name a folder; publish puts it into a bucket"]
    assert cli("publish", "s3://weights", "--from", tmp_path / "nothing") == 2
    assert cli.errors[0].endswith("nothing/manifest.json: No such file or directory")
