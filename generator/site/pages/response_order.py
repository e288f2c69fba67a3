"""An order that puts filters with similar responses side by side."""

from generator.site.records import Filter


def order(filters: tuple[Filter, ...]) -> list[int]:
    """Indices of `filters`, ordered so that neighbours correlate: the greedy-edge path of a travelling salesman.

    The strongest correlations of activations come first. Each joins the ends of two chains, if both filters are still
    ends. The remaining chains follow each other, the longest first. [] if no correlations are known.
    """
    where = {this.index: place for place, this in enumerate(filters)}
    pairs = sorted(
        (-near.correlation, where[this.index], where[near.filter])
        for this in filters
        if this.evidence
        for near in this.evidence.neighbours
        if near.filter in where
    )
    if not pairs:
        return []
    chains = {place: [place] for place in range(len(filters))}  # by both of their ends
    for _, one, other in pairs:
        left, right = chains.get(one), chains.get(other)
        if left is None or right is None or left is right:
            continue
        joined = (left if left[-1] == one else left[::-1]) + (right if right[0] == other else right[::-1])
        for end in (left[0], left[-1], right[0], right[-1]):
            chains.pop(end, None)
        chains[joined[0]] = chains[joined[-1]] = joined
    rest = sorted({id(chain): chain for chain in chains.values()}.values(), key=lambda chain: (-len(chain), min(chain)))
    return [place for chain in rest for place in (chain if chain[0] < chain[-1] else chain[::-1])]
