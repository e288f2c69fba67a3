"""Combines several sources into one corpus. Each name begins with its source, so that names do not clash."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count

from generator.arrays import Pixels
from generator.corpus import Corpus, LeftOut, Photograph, Source
from generator.errors import InputError

PLUS = "+"  # between sources
_SPLIT = re.compile(r"\w+(\[[^\]]*\])?")  # a split of a data set, such as test or test[:10%]

Read = Callable[[Photograph], Pixels]


def parts(spec: str, is_source: Callable[[str], bool]) -> list[str]:
    """The sources named by IMAGES, separated by "+", in order; [spec] if there is only one.

    A path may contain "+": the longest joined text for which `is_source` holds is taken. The split of a data set may
    contain "+", too (tfds:NAME:train+test).

    Raises InputError if the text before or after a "+" is empty, or a source is named twice.
    """
    pieces = spec.split(PLUS)
    if len(pieces) == 1 or is_source(spec):
        return [spec]
    found: list[str] = []
    while pieces:
        length = next((n for n in range(len(pieces), 0, -1) if is_source(PLUS.join(pieces[:n]).strip())), 1)
        own = PLUS.join(pieces[:length]).strip()
        pieces = pieces[length:]
        if found and _is_split(found[-1], own, is_source):
            found[-1] += PLUS + own
        else:
            found.append(own)
    if not all(found):
        raise InputError(f"images is {spec!r}: a source is missing beside a +, as in caltech101+my/photos.")
    if twice := sorted({own for own in found if found.count(own) > 1}):
        raise InputError(f"images is {spec!r}: {twice[0]} is named twice.")
    return found


def _is_split(before: str, own: str, is_source: Callable[[str], bool]) -> bool:
    return before.count(":") == 2 and before.startswith("tfds:") and not is_source(own) and bool(_SPLIT.fullmatch(own))


def mix(corpora: Sequence[Corpus]) -> Corpus:
    """The photographs of several corpora that have the same size and one source each.

    Of photographs with the same content, only the first is used.
    """
    sources = _named([corpus.sources[0] for corpus in corpora])
    found: dict[str, Photograph] = {}
    skipped: list[LeftOut] = []
    for source, corpus in zip(sources, corpora, strict=True):
        skipped += [_within(source.prefix, left) for left in corpus.skipped]
        for photograph in corpus.photographs:
            own = replace(photograph, name=f"{source.prefix}/{photograph.name}")
            if own.digest in found:
                skipped.append(LeftOut.second(own.name, found[own.digest].name))
            else:
                found[own.digest] = own
    several = list(zip(sources, corpora, strict=True))
    return Corpus(
        origin=" + ".join(source.name for source in sources),
        photographs=tuple(found[digest] for digest in sorted(found)),
        skipped=tuple(sorted(skipped)),
        size=corpora[0].size,
        read=reader({source.prefix: corpus.read for source, corpus in several}),
        sources=sources,
        labelled=_labelled(several),
        notes=tuple(f"In {source.prefix}: {note}" for source, corpus in several for note in corpus.notes),
    )


def reader(reads: Mapping[str, Read]) -> Read:
    """A function that reads a photograph with the reader of its source. `reads`: the readers by prefix."""

    def read(photograph: Photograph) -> Pixels:
        prefix, _, name = photograph.name.partition("/")
        return reads[prefix](replace(photograph, name=name))

    return read


def _labelled(several: Sequence[tuple[Source, Corpus]]) -> str:
    ways: dict[str, list[str]] = {}
    for source, corpus in several:
        ways.setdefault(corpus.labelled, []).append(source.prefix)
    if len(ways) == 1:
        return next(iter(ways))
    return "; ".join(f"{way} (in {', '.join(prefixes)})" for way, prefixes in ways.items())


def _within(prefix: str, left: LeftOut) -> LeftOut:
    name = f"{prefix}/{left.name}"
    return LeftOut.second(name, f"{prefix}/{left.twin}") if left.twin else left._replace(name=name)


def _named(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources with unique prefixes: their names, changed into valid parts of a path."""
    taken: list[str] = []
    for source in sources:
        own = re.sub(r"[/\\:]+", "-", source.name)
        taken.append(next(name for name in chain([own], (f"{own}-{n}" for n in count(2))) if name not in taken))
    return tuple(replace(source, prefix=prefix) for source, prefix in zip(sources, taken, strict=True))
