"""Remarks on a corpus with few, similar or unlabelled photographs, one sentence each."""

from collections.abc import Iterator

from generator.corpus import Corpus

PATCHES = 9  # per filter, if there are enough photographs


def remarks(corpus: Corpus) -> tuple[str, ...]:
    """Sentences for the output of a run and for the pages; none for an ordinary corpus."""
    return (*corpus.notes, *_few(corpus), *_alike(corpus), *_unlabelled(corpus))


def _few(corpus: Corpus) -> Iterator[str]:
    count = len(corpus.photographs)
    if count < PATCHES:
        some = "is only 1 photograph" if count == 1 else f"are only {count} photographs"
        yield f"There {some}. A filter shows at most one patch of each, so fewer than nine."


def _alike(corpus: Corpus) -> Iterator[str]:
    if any(source.folder is None for source in corpus.sources):
        return  # drawn pictures have no signature
    looks = corpus.signatures
    if (looks.max(axis=1) == looks.min(axis=1)).all():
        yield "Every photograph is one even colour: there are no edges and no patterns for a filter to find."
    elif len(looks) > 1 and (looks == looks[0]).all():
        yield "All photographs look the same: the patches of a filter come from one place in one picture."


def _unlabelled(corpus: Corpus) -> Iterator[str]:
    names = {photograph.label for photograph in corpus.photographs}
    if len(names) == 1:
        (name,) = names
        yield f"Every photograph has the label {name}, so no label can stand out among those that excite a filter."
