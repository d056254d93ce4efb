"""How the field scores texts that were made of others: BLEU and chrF by sacrebleu, exact match, errors a token.

What is imported here is imported only where something is scored.
"""

from collections.abc import Sequence
from typing import Any, Final

TRANSLATION_METRICS: Final = ("bleu", "chrf", "exact", "token_errors")


def translation_metrics(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> dict[str, float]:
    """outputs: one text a record; references: the texts it may be, one at least; a record without is not scored.

    bleu: corpus BLEU-4 of 0 to 100 (Papineni et al. 2002), exponential smoothing, tokens of mteval 13a, and chrf: chrF2
    of 0 to 100 (Popović 2015), over all references; exact: share of outputs that are one of their references: in
    grapheme-to-phoneme conversion 1 − WER; token_errors: edits (Levenshtein) to the closest reference over its length,
    in tokens between spaces: there PER. All nan where nothing is scored.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    known = [(output, list(texts)) for output, texts in zip(outputs, references, strict=True) if texts]
    if not known:
        return dict.fromkeys(TRANSLATION_METRICS, float("nan"))
    said = [output for output, _ in known]
    most = max(len(texts) for _, texts in known)
    # sacrebleu takes a stream of references each; None where a record has fewer than others.
    streams: list[Any] = [[texts[place] if place < len(texts) else None for _, texts in known] for place in range(most)]
    return {
        "bleu": float(BLEU().corpus_score(said, streams).score),
        "chrf": float(CHRF().corpus_score(said, streams).score),
        "exact": sum(output in texts for output, texts in known) / len(known),
        "token_errors": _token_errors(known),
    }


def signatures(references: Sequence[Sequence[str]]) -> dict[str, str]:
    """What sacrebleu asks to be stated with its scores, by metric; references: as in translation_metrics."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    counts = {len(texts) for texts in references if texts}
    metrics = {"bleu": BLEU(), "chrf": CHRF()}
    for metric in metrics.values():
        metric.num_refs = next(iter(counts)) if len(counts) == 1 else -1  # -1: they vary
    return {name: str(metric.get_signature()) for name, metric in metrics.items()}


def _token_errors(known: Sequence[tuple[str, list[str]]]) -> float:
    from rapidfuzz.distance import Levenshtein

    edits = length = 0
    for output, texts in known:
        tokens = output.split()
        found = [(Levenshtein.distance(tokens, other), len(other)) for other in (text.split() for text in texts)]
        nearest = min(found, key=lambda each: each[0] / max(each[1], 1))
        edits, length = edits + nearest[0], length + nearest[1]
    return edits / max(length, 1)
