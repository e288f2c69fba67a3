"""A model's architecture, from Keras' JSON description in its file: which layer reads which.

The description is only read. The model is never built: no class is looked up and no function of the file is run.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

Path = tuple[str, ...]


@dataclass(frozen=True)
class Tensor:
    """A layer's output, as the argument of another layer."""

    node: Path


@dataclass(frozen=True)
class Node:
    """One layer or operation of the graph."""

    path: Path  # names of the enclosing models, then its own
    kind: str  # its class
    config: Mapping[str, Any]
    arguments: tuple[Any, ...]  # of its first call: Tensors, constants, or lists of them
    options: Mapping[str, Any]  # arguments by name
    place: Path  # of its arrays in Keras 3's files, where groups are named after classes


@dataclass(frozen=True)
class Architecture:
    """All layers of a model and of its nested models."""

    nodes: Mapping[Path, Node]

    def source(self, node: Node) -> Node | None:
        """The only layer that a layer reads; None if it reads several or none."""
        found = self.tensors(node)
        return self.nodes.get(found[0]) if len(found) == 1 else None

    def tensors(self, node: Node) -> list[Path]:
        """The paths of the layers that a layer reads."""
        return list(_tensors([*node.arguments, *node.options.values()]))

    def readers(self, path: Path) -> list[Node]:
        """The layers that read a layer."""
        return [node for node in self.nodes.values() if path in self.tensors(node)]


def read(config: Any) -> Architecture | None:
    """The architecture in a `config.json` or `model_config`; None if it is a custom class, or cannot be read."""
    if not _is_model(config):
        return None
    nodes: dict[Path, Node] = {}
    try:
        _model(config, (), (), {}, nodes)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError):
        return None  # no version of Keras has written this description
    found = Architecture(nodes)
    return None if _circular(found) else found


def _circular(graph: Architecture) -> bool:
    """Whether the graph has a cycle. No network has one, and a walk to the input would never end."""
    try:
        TopologicalSorter({path: graph.tensors(node) for path, node in graph.nodes.items()}).prepare()
    except CycleError:
        return True
    return False


def _is_model(layer: Any) -> bool:
    inner = layer.get("config") if isinstance(layer, Mapping) else None
    return isinstance(inner, list) or (isinstance(inner, Mapping) and isinstance(inner.get("layers"), list))


def _model(model: Any, around: Path, place: Path, given: Mapping[int, Any], nodes: dict[Path, Node]) -> Path:
    """Add a model's layers to `nodes`; returns the path of its first output. `given`: its inputs' sources."""
    inner = model["config"]
    layers = inner if isinstance(inner, list) else inner["layers"]
    ends = _Ends(around)
    inputs = (
        {} if isinstance(inner, list) else {name: n for n, (name, *_) in enumerate(_pairs(inner.get("input_layers")))}
    )
    counted: Counter[str] = Counter()
    last: Any = given.get(0)
    for layer in layers:
        name = str(layer.get("name") or layer["config"].get("name") if isinstance(layer["config"], Mapping) else "")
        kind = layer["class_name"]
        own = (*around, name)
        group = _snake(kind)
        here = (*place, f"{group}_{counted[group]}" if counted[group] else group)
        counted[group] += 1
        if "inbound_nodes" in layer and "input_layers" in (inner if isinstance(inner, Mapping) else {}):
            arguments, options = _call(layer["inbound_nodes"], ends)
        else:
            if last is None and kind != "InputLayer":  # a Sequential of Keras 2, whose input is not listed
                nodes[(*around, "input")] = Node((*around, "input"), "InputLayer", {}, (), {}, ())
                last = Tensor((*around, "input"))
            arguments, options = ((last,) if last is not None else ()), {}
        if _is_model(layer):
            given_inside = dict(enumerate(_flat(arguments)))
            ends.outputs[name] = _model(layer, own, here, given_inside, nodes)
        else:
            if kind == "InputLayer" and not arguments and inputs.get(name, 0) in given:
                arguments = (given[inputs.get(name, 0)],)
            nodes[own] = Node(own, kind, layer["config"], tuple(arguments), options, here)
            ends.outputs[name] = own
        last = Tensor(ends.outputs[name])
    finish = [] if isinstance(inner, list) else _pairs(inner.get("output_layers"))
    return ends.outputs[finish[0][0]] if finish else last.node


class _Ends:
    """Layer names within one model, resolved: the name of a nested model stands for its output layer."""

    def __init__(self, around: Path) -> None:
        self.around = around
        self.outputs: dict[str, Path] = {}

    def tensor(self, name: str) -> Tensor:
        return Tensor(self.outputs.get(name, (*self.around, name)))


def _call(inbound: Any, ends: _Ends) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments and options of a layer's first call, in the notation of Keras 2 or 3."""
    if not inbound:
        return (), {}
    call = inbound[0]
    if isinstance(call, Mapping):
        return tuple(_value(each, ends) for each in call["args"]), {
            name: _value(each, ends) for name, each in call["kwargs"].items()
        }
    entries = [call] if call and isinstance(call[0], str) else call
    arguments: list[Any] = []
    options: dict[str, Any] = {}
    for name, _, _, *more in entries:
        arguments.append(ends.tensor(name))
        options |= {key: _value(each, ends) for key, each in (more[0] if more else {}).items()}
    return tuple(arguments), options


def _value(found: Any, ends: _Ends) -> Any:
    """An argument: a Tensor, a number, `...`, a slice, or a list of them."""
    if isinstance(found, list):
        if len(found) in (3, 4) and isinstance(found[0], str) and all(isinstance(each, int) for each in found[1:3]):
            return ends.tensor(found[0])  # Keras 2: a tensor among an operation's options
        return [_value(each, ends) for each in found]
    if not isinstance(found, Mapping):
        return found
    plain: Any = found
    match found.get("class_name"):
        case "__keras_tensor__":
            plain = ends.tensor(found["config"]["keras_history"][0])
        case "__tensor__" | "__numpy__":
            plain = found["config"]["value"]
        case "__ellipsis__":
            plain = ...
        case "__slice__":
            plain = _slice(found["config"])
        case None if set(found) == {"start", "stop", "step"}:
            plain = _slice(found)
    return plain


def _slice(found: Mapping[str, Any]) -> slice:
    return slice(found.get("start"), found.get("stop"), found.get("step"))


def _pairs(found: Any) -> list[list[Any]]:
    """`input_layers` and the like as a list of [name, 0, 0]; a file has one of them, a list, or a mapping."""
    if isinstance(found, Mapping):
        found = list(found.values())
    if not found:
        return []
    return [found] if isinstance(found[0], str) else list(found)


def _flat(found: Any) -> Iterator[Any]:
    for each in found:
        if isinstance(each, list | tuple):
            yield from _flat(each)
        elif each is not None:
            yield each


def _tensors(found: Any) -> Iterator[Path]:
    for each in found:
        if isinstance(each, Tensor):
            yield each.node
        elif isinstance(each, list | tuple):
            yield from _tensors(each)


def _snake(name: str) -> str:
    """The name that Keras gives the group of a class: `batch_normalization` for `BatchNormalization`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
