"""The trainer flushes denormals as its first torch call; the engine's tests run under the same arithmetic."""

import torch

torch.set_flush_denormal(True)
torch.set_num_threads(1)
