"""Finds a network's kernels and biases in a file: by names or by the file's architecture, never by guessing.

VGG16 is looked for first: its layers are known by their names, or by an architecture that is VGG16's. Any other network
is followed from its input, as a chain of operations.
"""

from dataclasses import replace

from generator.errors import InputError
from generator.network.geometry import LAYERS
from generator.network.weights import bare, inputs, names, published, stack
from generator.network.weights.architecture import Architecture, Node
from generator.network.weights.chain import follow
from generator.network.weights.contents import Contents, Found, Pairs
from generator.network.weights.families import family
from generator.network.weights.general import of_chain
from generator.network.weights.parts import Part, listed
from generator.store.manifest import VGG16

KNOWN = [layer.name for layer in LAYERS]


class Reader:
    """The layers of a file, and its architecture if that can be read."""

    def __init__(self, contents: Contents, where: str) -> None:
        self.contents, self.where = contents, where
        self.convolutions = [part for part in contents.parts if part.kernel is not None]
        self._places = {part.place: part for part in contents.parts if part.place}
        self._names: dict[tuple[str, ...], Part] = {}
        for part in contents.parts:
            for name in (part.path, (part.path[0], part.name)):
                self._names.setdefault(name, part)

    def part(self, node: Node) -> Part | None:
        """The arrays of a layer of the architecture; None if the file has none."""
        found = self._places.get(node.place) or self._names.get(node.path)
        return found or self._names.get((node.path[0], node.path[-1]))

    def find(self, branch: str) -> Found:
        """The network of a branch ('': the only one). Raises InputError that says what was expected and found."""
        keras = self.contents.graph if self.contents.config is not None and not branch else None
        chain = follow(keras, self.part) if keras else None
        try:
            found = self._vgg16(branch)
        except InputError as refused:
            if chain is None or not (chain.pairs or chain.ended):
                raise
            if not chain.pairs:
                raise InputError(f"{refused} Nor can it be followed from its input: {chain.ended}.") from None
            return of_chain(chain, self.contents, self.part, self.where)
        other = found.partial or family(found.pairs) != VGG16
        if chain and other and len(chain.pairs) >= len(found.pairs):
            return of_chain(chain, self.contents, self.part, self.where)
        return found

    def _vgg16(self, branch: str) -> Found:
        """VGG16, or another VGG with its names. Raises InputError."""
        named = [each for part in self.convolutions if (each := names.recognize(part))]
        networks = names.branches(named or names.from_features(self.contents.parts))
        if branch and branch not in networks:
            has = ", ".join(sorted(networks)) if set(networks) - {""} else "one network only"
            raise InputError(f"weights: {self.where} has no branch {branch!r}; it has {has}.")
        if len(networks) > 1 and not branch:
            all_of_them = sorted(networks)
            raise InputError(
                f"weights: {self.where} holds {len(all_of_them)} networks: {', '.join(all_of_them)}. "
                f"Name one behind the file: {self.where}#{all_of_them[0]}"
            )
        return self._named(networks[branch]) if networks else self._by_order()

    def _named(self, layers: dict[str, Part]) -> Found:
        """The network from layers with VGG's names. The architecture has to agree, if it can be read."""
        graph, nodes = self.contents.graph, self._nodes(layers)
        if graph is None or not nodes:
            pairs, notes = bare.pairs(self.contents, layers, self.where)
            return inputs.assume(self.contents, pairs, notes)
        folded, differs = stack.folded(graph, nodes, self.part)
        pairs = dict(zip(KNOWN, folded, strict=False))
        if differs is None:
            others = {name: part for name, part in layers.items() if name not in pairs}
            rest = {name: stack.fold(part.arrays["kernel"], part.arrays.get("bias")) for name, part in others.items()}
            return inputs.read(self.contents, pairs | rest, [], nodes[0], self.part)
        lacking = KNOWN[differs.depth]
        if not pairs:
            raise InputError(f"weights: {self.where}: its architecture is not VGG16's at {lacking}: {differs}.")
        note = f"{lacking} and what follows were left out, for the file's architecture is not VGG16's there: {differs}"
        return replace(inputs.read(self.contents, pairs, [note], nodes[0], self.part), partial=True)

    def _nodes(self, layers: dict[str, Part]) -> list[Node]:
        """VGG16's layers in the architecture; empty for another network, or if the architecture lacks some."""
        wanted = [name for name in KNOWN if name in layers]
        others = [name for name in layers if name not in KNOWN and names.block(name) <= LAYERS[-1].block]
        if self.contents.graph is None or others or wanted != KNOWN[: len(wanted)]:
            return []
        nodes = {id(part): node for node in self.contents.graph.nodes.values() if (part := self.part(node))}
        found = [nodes[id(layers[name])] for name in wanted if id(layers[name]) in nodes]
        return found if len(found) == len(wanted) else []

    def _by_order(self) -> Found:
        """The network from convolutions with other names, if the file's architecture or its arrays are VGG16's."""
        if not self.convolutions:
            raise InputError(
                f"weights: {self.where} holds no convolutions; expected VGG16's, block1_conv1 to block5_conv3."
            )
        many = "s" if len(self.convolutions) > 1 else ""
        found = f"{len(self.convolutions)} convolution{many} ({listed(self.convolutions)}), none with a name of VGG16's"
        if self.contents.graph is None:
            if true := bare.true_arrays(self.convolutions):
                return inputs.assume(self.contents, true, [])
            raise InputError(
                f"weights: {self.where} holds {found}, and does not tell its architecture. Save the whole model as "
                ".keras, or name its layers block1_conv1 to block5_conv3."
            )
        nodes: list[Node] = []
        try:
            nodes = stack.in_order(self.contents.graph, self.part)[: len(LAYERS)]
            pairs = self._all(self.contents.graph, nodes)
        except stack.DiffersError as differs:
            at = f"it has {nodes[differs.depth].path[-1]}, and " if differs.depth < len(nodes) else ""
            raise InputError(
                f"weights: {self.where} holds {found}, and its architecture is not VGG16's: "
                f"where VGG16 has {KNOWN[differs.depth]}, {at}{differs}."
            ) from None
        note = f"its layers have other names; by its architecture {nodes[0].path[-1]} is block1_conv1, and so on"
        own = inputs.read(self.contents, pairs, [note], nodes[0], self.part)
        # fewer layers may be alike by chance: if these are a chain, they keep their own names
        return replace(own, partial=len(nodes) < len(LAYERS) and not published.genuine(published.digests(pairs)))

    def _all(self, graph: Architecture, nodes: list[Node]) -> Pairs:
        """These convolutions as VGG16's layers. Raises DiffersError for the first that differs."""
        folded, differs = stack.folded(graph, nodes, self.part)
        for depth, (kernel, _) in enumerate(folded):
            if kernel.shape[:2] != (3, 3):
                raise stack.DiffersError(depth, f"its kernel is {kernel.shape[0]} x {kernel.shape[1]}")
        if differs or not folded:
            raise differs or stack.DiffersError(0, "no convolution reads the input alone")
        return dict(zip(KNOWN, folded, strict=False))
