"""What a language model adds to transcripts: error rates greedily, by prefix beam search, and with its say.

    python benchmarks/speech_fusion.py TRANSCRIPTS LANGUAGE

TRANSCRIPTS is a run of `seqtui run speech --goal transcript`, LANGUAGE one of `seqtui run language --unit character`.
Weight and bonus are those with the lowest WER, then CER, on the validation split of TRANSCRIPTS; its test split is
then searched once for each row. One thread. Prints a Markdown table.
"""

import argparse
import sys
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.evaluate import BATCH
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.prefix_beam import Guide, prefix_beam
from seqtui.engine.spelling_model import SpellingModel
from seqtui.engine.transcribing import log_chances_of
from seqtui.metrics import error_rates
from seqtui.runs.models import find_model
from seqtui.shapes import Transcript
from seqtui.task import Records

WEIGHTS, BONUSES = (0.25, 0.5, 1.0, 2.0), (0.0, 1.0, 2.0)
Strings = list[tuple[NDArray[np.float64], str]]  # log chances (steps, symbols + 1) and what is said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcripts", help="a run that transcribes")
    parser.add_argument("language", help="a run of a language model of characters")
    parser.add_argument("--beam", type=int, default=8)
    given = parser.parse_args()
    opened = open_model(find_model(given.transcripts))
    head = opened.meaning.head
    if not isinstance(head, Transcript):
        sys.exit(f"{opened.name} writes no transcripts")
    spelling = SpellingModel(open_model(find_model(given.language)), head)
    torch.set_num_threads(1)  # after a model is opened, which takes as many as the machine has
    config = opened.config
    corpus = opened.task.load(config.data, config.options, seed=config.seed, progress=lambda *_: None)
    valid, test = (listened(opened, head, records) for records in (corpus.valid, corpus.test))
    tried = {}
    for weight, bonus in product(WEIGHTS, BONUSES):
        guide = Guide(spelling.expects, weight, bonus)
        tried[weight, bonus] = rates = searched(valid, head, given.beam, guide)
        print(f"validation, weight {weight:g}, bonus {bonus:g}: {shown(rates)}", file=sys.stderr, flush=True)
    weight, bonus = min(tried, key=lambda each: (tried[each]["wer"], tried[each]["cer"]))
    print(f"{len(test)} strings of the test split\n\n| search | WER % | CER % | exactly right % |\n|--|--|--|--|")
    print(f"| the likeliest path | {shown(searched(test, head, 0, None))} |")
    print(f"| prefix beam, {given.beam} | {shown(searched(test, head, given.beam, None))} |")
    guide = Guide(spelling.expects, weight, bonus)
    with_model = shown(searched(test, head, given.beam, guide))
    print(f"| prefix beam, {given.beam}, language model, weight {weight:g}, bonus {bonus:g} | {with_model} |")


def listened(opened: OpenModel, head: Transcript, records: Records) -> Strings:
    """What the model makes of every recording, each searched as often as is wanted."""
    data = FlatData(records, rows_of(records, batch_size=BATCH, bptt=0, ahead=0), torch.device("cpu"))
    found: Strings = []
    for first in range(0, len(data.rows.records), BATCH):
        rows = np.arange(first, min(first + BATCH, len(data.rows.records)))
        log_chances, steps = log_chances_of(opened, data, rows)
        for column, (row, count) in enumerate(zip(rows.tolist(), steps.tolist(), strict=True)):
            said = head.text(records.target(int(data.rows.records[row])).tolist())
            found.append((log_chances[:count, column].double().numpy(), said))
    return found


def searched(strings: Strings, head: Transcript, beam: int, guide: Guide | None) -> dict[str, float]:
    """Error rates over all strings. beam 0: along the likeliest path."""
    texts = []
    for log_chances, _ in strings:
        if beam:
            texts.append(head.text(prefix_beam(log_chances, beam=beam, guide=guide)[0].symbols))
            continue
        path, blank = log_chances.argmax(1), log_chances.shape[1] - 1
        begins = np.append(True, path[1:] != path[:-1])
        texts.append(head.text([each for each in path[begins].tolist() if each != blank]))
    return error_rates([said for _, said in strings], texts)


def shown(rates: dict[str, float]) -> str:
    return " | ".join(f"{100 * rates[name]:.1f}" for name in ("wer", "cer", "exact"))


if __name__ == "__main__":
    main()
