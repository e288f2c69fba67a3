"""How much each filter changed between two atlases, e.g. before and after fine-tuning. From manifests and a store.

Two measures compare the data of both atlases:

    kept     |A and B| / max(|A|, |B|): of the up to 100 photographs that excite the filter most (A before, B after),
             the share that is the same. 1 if no photograph excites it, neither before nor after.
    weights  |after - before| / |before|: the Euclidean length of the kernel's change, relative to its length before.

Filters are ranked by `kept`, the smallest first, and then by `weights`. A filter's responses also change if only the
layers below it have learned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from generator.errors import InputError
from generator.network import sketches
from generator.network.geometry import Layer
from generator.responses.statistics import Responses
from generator.site import loading
from generator.site.pages.wording import plural
from generator.site.records import Atlas, Filter, Section
from generator.store.artifacts import Store
from generator.store.manifest import LayerKeys, Manifest


@dataclass(frozen=True)
class FilterChange:
    """One filter, before and after."""

    before: Filter
    after: Filter
    weights: float  # see above; 0: unchanged
    kept: float | None  # 0 to 1; None if the atlases have no photographs in common
    maximum: tuple[float, float] | None  # the highest activation in a photograph: before, after

    @property
    def patches(self) -> int | None:
        """How many of its nine top patches come from the same photographs as before."""
        if self.before.patches is None or self.after.patches is None:
            return None
        names = [{patch.photograph for patch in this.patches} for this in (self.before.patches, self.after.patches)]
        return len(names[0] & names[1])


@dataclass(frozen=True)
class LayerChange:
    """The filters of one layer, the most changed first."""

    layer: Layer
    filters: tuple[FilterChange, ...]

    @property
    def weights(self) -> float:
        """The median over its filters."""
        return median(each.weights for each in self.filters)

    @property
    def kept(self) -> float | None:
        """The median over its filters."""
        found = [each.kept for each in self.filters if each.kept is not None]
        return median(found) if found else None


@dataclass(frozen=True)
class Change:
    """Two atlases and the changes from one to the other."""

    before: Atlas
    after: Atlas
    layers: tuple[LayerChange, ...]  # layers with filters that both atlases show
    same_photographs: bool


def compare(before: Manifest, after: Manifest, store: Store) -> Change:
    """Compare two atlases. Raises InputError without common filters, for different networks or without sketches."""
    same = before.corpus is not None and after.corpus is not None and before.corpus.digest == after.corpus.digest
    atlases = loading.load(before, store), loading.load(after, store)
    keys = [{layer.name: layer for layer in manifest.layers} for manifest in (before, after)]
    _same_network(*atlases)
    layers = []
    for earlier, later in zip(atlases[0].sections, atlases[1].sections, strict=False):  # one may end earlier
        name = earlier.layer.name
        pairs = {this.index: this for this in later.filters}
        both = [(this, pairs[this.index]) for this in earlier.filters if this.index in pairs]
        if not both:
            continue
        drawn = [sketches.read(manifest, name, store) for manifest in (before, after)]
        if drawn[0] is None or drawn[1] is None:
            raise InputError(
                f"The store lacks the sketch of {name}'s kernels. Run atlas again for both sites; this is fast."
            )
        grown = sketches.changes(drawn[0], drawn[1])
        evidence = [_responses(found[name], store) if same else None for found in keys]
        found = (
            FilterChange(a, b, float(grown[a.index]), *_excited(a.index, evidence[0], evidence[1])) for a, b in both
        )
        layers.append(LayerChange(earlier.layer, tuple(sorted(found, key=_rank))))
    if not layers:
        raise InputError("The two atlases show no filter in common. Build both with the same layers and filters.")
    return Change(*atlases, tuple(layers), same)


def _same_network(before: Atlas, after: Atlas) -> None:
    """Raise InputError unless the layers of one network are the first layers of the other."""
    for place, (one, other) in enumerate(zip(before.sections, after.sections, strict=False), start=1):
        if found := _difference(place, one, other):
            names = sorted({before.network.name, after.network.name})
            raise InputError(
                f"{found}: {' and '.join(names) if len(names) > 1 else 'these'} are different networks.\n"
                "Compare two sets of weights of one network."
            )


def _difference(place: int, before: Section, after: Section) -> str | None:
    """How two layers at the same place of two networks differ, in words; None if they do not."""
    one, other = before.layer, after.layer
    if one.name != other.name:
        return f"Layer {place} is {one.name} before and {other.name} after"
    if before.has_weights and after.has_weights and one.filters != other.filters:
        return f"{one.name} has {one.filters} filters before and {other.filters} after"
    if one.field != other.field:
        return f"A unit of {one.name} sees {one.field} pixels before and {other.field} after"
    if one.stride != other.stride:
        return f"{one.name} has a unit every {plural(one.stride, 'pixel')} before and every {other.stride} after"
    if (one.block, one.conv) != (other.block, other.conv):
        return f"{one.name} stands in block {one.block} before and in block {other.block} after"
    return None


def _rank(change: FilterChange) -> tuple[float, float, int]:
    return (1.0 if change.kept is None else change.kept, -change.weights, change.before.index)


def _responses(layer: LayerKeys, store: Store) -> Responses | None:
    payload = store.read(layer.responses) if layer.responses else None
    return Responses.from_npz(payload) if payload else None


def _excited(
    index: int, before: Responses | None, after: Responses | None
) -> tuple[float | None, tuple[float, float] | None]:
    """`kept` and `maximum` of a filter; None without common photographs."""
    if before is None or after is None:
        return None, None
    leaders = [{int(n) for n in found.leaders[index] if n >= 0} for found in (before, after)]
    most = max(map(len, leaders))
    kept = len(leaders[0] & leaders[1]) / most if most else 1.0
    return kept, (float(before.maximum[index]), float(after.maximum[index]))


def most_changed(change: LayerChange, count: int) -> Iterator[FilterChange]:
    """The first `count` filters that have changed and have a texture in both atlases."""
    shown = (each for each in change.filters if each.before.texture and each.after.texture and moved(each))
    yield from (each for each, _ in zip(shown, range(count), strict=False))


def moved(change: FilterChange) -> bool:
    """Whether anything about a filter changed."""
    return change.weights > 0 or (change.kept is not None and change.kept < 1)
