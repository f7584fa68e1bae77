"""Reads template.yaml as CloudFormation does: short forms of functions become long ones."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

Json = Any


class _Loader(yaml.SafeLoader):
    """Knows !Ref, !GetAtt, !Sub and the others."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Json:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Json = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)


def template() -> dict[str, Json]:
    """Return the whole template of the bot's stack."""
    return _read("template.yaml")


def bootstrap() -> dict[str, Json]:
    """Return the template of what has to be there before."""
    return _read("bootstrap.yaml")


def deploy_role() -> dict[str, Json]:
    """Return the template of the role that GitHub deploys with."""
    return _read(".github/deploy-role.yaml")


@cache
def _read(name: str) -> dict[str, Json]:
    loaded = yaml.load((ROOT / name).read_text(encoding="utf-8"), _Loader)  # noqa: S506
    assert isinstance(loaded, dict)
    return loaded


def resources(kind: str = "") -> dict[str, Json]:
    """Return the resources of a type, all of them by default, by their logical ids."""
    both = {**template()["Resources"], **bootstrap()["Resources"]}
    return {
        name: resource for name, resource in both.items() if not kind or resource["Type"] == kind
    }


def without_conditions(value: Json) -> Json:
    """Replace every Fn::If by a list of what it may become."""
    if isinstance(value, Mapping):
        if set(value) == {"Fn::If"}:
            return [without_conditions(choice) for choice in value["Fn::If"][1:]]
        return {key: without_conditions(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_conditions(inner) for inner in value]
    return value


def flat(value: Json) -> Iterator[Json]:
    """Yield the items of a list of lists of lists; anything else is one item."""
    if isinstance(value, list):
        for inner in value:
            yield from flat(inner)
    else:
        yield value


def statements() -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield every statement of every policy, with the logical id of the resource it is in."""
    for name, resource in resources().items():
        for document in _documents(resource.get("Properties", {})):
            for statement in flat(without_conditions(document["Statement"])):
                if "Effect" in statement:  # else AWS::NoValue
                    yield name, statement


def _documents(value: Json) -> Iterator[dict[str, Json]]:
    """Yield everything below that is a policy."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        for inner in value.values():
            yield from _documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(inner)
