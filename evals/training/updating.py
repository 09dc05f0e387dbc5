"""The weights of a network while it is trained: updated in 32 bits, read in bfloat16 where the processor is fast at that."""

from __future__ import annotations

import torch
import torch.distributed as dist
from torch import nn

from evals.training.minilm import MiniLM


class Updater:
    """A model, in bfloat16 where that is fast, with its weights in 32 bits, which are what is updated, averaged and saved."""

    def __init__(self, model: MiniLM, rate: float, fresh: float) -> None:
        """``rate`` is the encoder's; all else, which is new, learns ``fresh`` times as fast."""
        # without instructions of its own for it, a processor reads bfloat16 several times slower than 32 bits
        self.model = model.bfloat16() if torch.ops.mkldnn._is_mkldnn_bf16_supported() else model
        self.live = [one for one in model.parameters() if one.requires_grad]
        self.weights = [one.detach().float().clone() for one in self.live]
        body = {id(one) for one in model.encoder.parameters()}
        self.rates = [rate if id(one) in body else fresh * rate for one in self.live]
        groups_ = [{"params": [one], "lr": rate} for one in self.weights]
        self.optimizer = torch.optim.AdamW(groups_, weight_decay=0.01, fused=True)

    def step(self, loss: torch.Tensor, share: float) -> None:
        """One step down a loss, at a share of the full rate."""
        self.model.zero_grad()
        loss.backward()
        for weight, live in zip(self.weights, self.live, strict=True):
            weight.grad = None if live.grad is None else live.grad.float()
        nn.utils.clip_grad_norm_(self.weights, 1.0)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * share
        self.optimizer.step()
        self._copy()

    def average(self, done: float) -> float:
        """Take the mean of all processes' weights, and of how far they are."""
        together = torch.cat([*(one.flatten() for one in self.weights), torch.tensor([done])])
        dist.all_reduce(together)
        together /= dist.get_world_size()
        sizes = [one.numel() for one in self.weights]
        for weight, part in zip(self.weights, torch.split(together[:-1], sizes), strict=True):
            weight.copy_(part.view_as(weight))
        self._copy()
        return float(together[-1])

    def _copy(self) -> None:
        with torch.no_grad():
            for weight, live in zip(self.weights, self.live, strict=True):
                live.copy_(weight)

    def state(self) -> dict[str, torch.Tensor]:
        """The model's weights in 32 bits."""
        exact = {id(live): weight for live, weight in zip(self.live, self.weights, strict=True)}
        return {name: exact.get(id(one), one.float()) for name, one in self.model.state_dict(keep_vars=True).items()}
