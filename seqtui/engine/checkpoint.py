"""A checkpoint is one safetensors file that verifies itself: tensors, facts as JSON, and a digest over every bit.

Never pickle. What is written here is all that decides the future of a run (see Trainee, TrainingState).
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from seqtui.engine.step import Carry, Trainee
from seqtui.errors import CheckpointDamaged

FORMAT: Final = "1"
_DIGEST_KEY: Final = b'"digest":"'
_BLANK: Final = b"0" * 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a file holds. tensors: by name, grouped by prefix (model., optimizer., carry., rng.); facts: JSON."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]

    def group(self, prefix: str) -> dict[str, Tensor]:
        """The tensors under a prefix, without it."""
        return {name.removeprefix(prefix): tensor for name, tensor in self.tensors.items() if name.startswith(prefix)}


def pack(checkpoint: Checkpoint) -> bytes:
    """The file's bytes. The digest covers all of them, itself taken as zeros."""
    metadata = {"seqtui": FORMAT, "facts": json.dumps(checkpoint.facts), "digest": _BLANK.decode()}
    tensors = {name: tensor.detach().to("cpu").contiguous() for name, tensor in checkpoint.tensors.items()}
    data = save(tensors, metadata)
    at = data.index(_DIGEST_KEY + _BLANK) + len(_DIGEST_KEY)
    return data[:at] + hashlib.sha256(data).hexdigest().encode() + data[at + 64 :]


def unpack(data: bytes, *, where: Path) -> Checkpoint:
    """Read a checkpoint's bytes back; CheckpointDamaged unless every bit is as it was written."""
    found = data.find(_DIGEST_KEY)
    at = found + len(_DIGEST_KEY)
    digest = data[at : at + 64]
    if found < 0 or hashlib.sha256(data[:at] + _BLANK + data[at + 64 :]).hexdigest().encode() != digest:
        raise CheckpointDamaged(f"{where} is damaged: its {len(data):,} bytes do not match their own checksum")
    try:
        tensors = load(data)
    except SafetensorError as error:
        raise CheckpointDamaged(f"{where} is damaged: {error}") from error
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    if header["seqtui"] != FORMAT:
        raise CheckpointDamaged(f"{where} has checkpoint format {header['seqtui']}, and this seqtui reads {FORMAT}")
    return Checkpoint(tensors, json.loads(header["facts"]))


def read_checkpoint(path: Path) -> Checkpoint:
    """A checkpoint from its file; CheckpointDamaged where it does not verify or cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CheckpointDamaged(f"cannot read {path}: {error.strerror}") from error
    return unpack(data, where=path)


def tensors_of(trainee: Trainee, carry: Carry) -> dict[str, Tensor]:
    """Weights, optimizer state, carried hidden state and random-number states, by name."""
    tensors = {f"model.{name}": tensor for name, tensor in trainee.model.state_dict().items()}
    for number, kept in trainee.optimizer.state.items():
        tensors |= {f"optimizer.{number}.{name}": value for name, value in kept.items()}
    for number, entry in enumerate(carry or []):
        tensors |= {f"carry.{number}.{place}": value.clone() for place, value in enumerate(entry)}
    tensors["rng.cpu"] = torch.get_rng_state()
    if trainee.device.type == "cuda":
        tensors["rng.cuda"] = torch.cuda.get_rng_state(trainee.device)
    return tensors


def restore(trainee: Trainee, checkpoint: Checkpoint) -> Carry:
    """Put a checkpoint's tensors back where they were; the carried state."""
    trainee.model.load_state_dict(checkpoint.group("model."))
    states: dict[int, dict[str, Tensor]] = {}
    for name, tensor in checkpoint.group("optimizer.").items():
        number, key = name.split(".")
        states.setdefault(int(number), {})[key] = tensor
    trainee.optimizer.restore(states)
    carried: dict[int, dict[int, Tensor]] = {}
    for name, tensor in checkpoint.group("carry.").items():
        number, place = name.split(".")
        carried.setdefault(int(number), {})[int(place)] = tensor.to(trainee.device)
    torch.set_rng_state(checkpoint.tensors["rng.cpu"])
    if "rng.cuda" in checkpoint.tensors and trainee.device.type == "cuda":
        torch.cuda.set_rng_state(checkpoint.tensors["rng.cuda"], trainee.device)
    return [tuple(carried[n][p] for p in sorted(carried[n])) for n in sorted(carried)] or None


def is_finite(trainee: Trainee) -> bool:
    """Whether every weight is a finite number."""
    return all(bool(parameter.isfinite().all()) for parameter in trainee.model.parameters())
