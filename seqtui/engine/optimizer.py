"""The optimizer of a run: the kernels that torch.optim calls in its fused forms, called without torch.optim.

Building any optimizer of torch.optim imports torch's compiler: half of a child's start-up, for nothing we use.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from seqtui.config import RunConfig

Kept = dict[str, Tensor]
BETAS, EPS, SQUARE_DECAY = (0.9, 0.999), 1e-8, 0.99  # as torch.optim has them


class Optimizer:
    """Adam, AdamW, SGD (with momentum) or RMSprop over all parameters, to the bit as torch.optim computes them.

    state: what is kept of each parameter that has had a gradient, by its number; names as in torch.optim.
    """

    def __init__(self, config: RunConfig, parameters: Iterable[nn.Parameter]) -> None:
        self.parameters = list(parameters)
        self.state: dict[int, Kept] = {}
        self._decay, self._momentum = config.weight_decay, config.momentum
        self._update: Callable[[list[int], float], None] = {
            "adam": self._adam, "adamw": self._adamw, "sgd": self._sgd, "rmsprop": self._rmsprop
        }[config.optimizer]  # fmt: skip

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The parameters as torch's GradScaler looks for them."""
        return [{"params": self.parameters}]

    def zero_grad(self) -> None:
        """No parameter has a gradient."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Change the parameters that have a gradient, at this learning rate."""
        numbers = [number for number, parameter in enumerate(self.parameters) if parameter.grad is not None]
        if numbers:
            self._update(numbers, lr)

    def restore(self, state: dict[int, Kept]) -> None:
        """Go on from the state of an optimizer for the same parameters."""
        self.state = {
            number: {name: value.to(self._home(number, name), copy=True) for name, value in kept.items()}
            for number, kept in state.items()
        }

    def _home(self, number: int, name: str) -> torch.device:
        """Where a value is kept: with its parameter, but RMSprop's count in the CPU's memory."""
        counts_only = name == "step" and self._update == self._rmsprop
        return torch.device("cpu") if counts_only else self.parameters[number].device

    def _begin(self, numbers: list[int], *names: str) -> None:
        for number in numbers:
            if number not in self.state:
                count = torch.zeros((), dtype=torch.float32, device=self._home(number, "step"))
                self.state[number] = {"step": count} | {
                    name: torch.zeros_like(self.parameters[number]) for name in names
                }

    def _kept(self, numbers: list[int], name: str) -> list[Tensor]:
        return [self.state[number][name] for number in numbers]

    def _values(self, numbers: list[int]) -> list[Tensor]:
        return [self.parameters[number] for number in numbers]

    def _gradients(self, numbers: list[int]) -> list[Tensor]:
        gradients = (self.parameters[number].grad for number in numbers)
        return [gradient for gradient in gradients if gradient is not None]

    def _adam(self, numbers: list[int], lr: float) -> None:
        """Kingma and Ba 2015; weight decay is added to the gradient."""
        self._fused_adam(torch._fused_adam_, numbers, lr)

    def _adamw(self, numbers: list[int], lr: float) -> None:
        """Loshchilov and Hutter 2019; weight decay is apart from the gradient."""
        self._fused_adam(torch._fused_adamw_, numbers, lr)

    def _fused_adam(self, kernel: Callable[..., None], numbers: list[int], lr: float) -> None:
        self._begin(numbers, "exp_avg", "exp_avg_sq")
        counts = self._kept(numbers, "step")
        torch._foreach_add_(counts, 1)
        kernel(
            self._values(numbers), self._gradients(numbers), self._kept(numbers, "exp_avg"),
            self._kept(numbers, "exp_avg_sq"), [], counts, lr=lr, beta1=BETAS[0], beta2=BETAS[1],
            weight_decay=self._decay, eps=EPS, amsgrad=False, maximize=False,
        )  # fmt: skip

    def _sgd(self, numbers: list[int], lr: float) -> None:
        """Momentum as in Sutskever et al. 2013, without dampening; the first gradient fills the buffer."""
        first = not self.state
        if self._momentum:
            for number in numbers:
                self.state.setdefault(number, {"momentum_buffer": torch.zeros_like(self.parameters[number])})
        torch._fused_sgd_(
            self._values(numbers), self._gradients(numbers),
            self._kept(numbers, "momentum_buffer") if self._momentum else [], weight_decay=self._decay,
            momentum=self._momentum, lr=lr, dampening=0.0, nesterov=False, maximize=False,
            is_first_step=first and self._momentum != 0,
        )  # fmt: skip

    def _rmsprop(self, numbers: list[int], lr: float) -> None:
        """Tieleman and Hinton 2012; the root is taken before epsilon is added."""
        self._begin(numbers, "square_avg", *(["momentum_buffer"] if self._momentum else []))
        torch._foreach_add_(self._kept(numbers, "step"), 1)
        values, gradients, squares = self._values(numbers), self._gradients(numbers), self._kept(numbers, "square_avg")
        if self._decay:
            gradients = list(torch._foreach_add(gradients, values, alpha=self._decay))
        torch._foreach_mul_(squares, SQUARE_DECAY)
        torch._foreach_addcmul_(squares, gradients, gradients, value=1 - SQUARE_DECAY)
        roots = torch._foreach_sqrt(squares)
        torch._foreach_add_(roots, EPS)
        if self._momentum:
            buffers = self._kept(numbers, "momentum_buffer")
            torch._foreach_mul_(buffers, self._momentum)
            torch._foreach_addcdiv_(buffers, gradients, roots)
            torch._foreach_add_(values, buffers, alpha=-lr)
        else:
            torch._foreach_addcdiv_(values, gradients, roots, value=-lr)
