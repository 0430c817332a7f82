"""A scaled product with a hand-written backward, as an autograd Function of PyTorch."""
import torch

shapes = {"x": ["N", "D"], "w": ["D", "M"]}


class TanhLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        out = torch.tanh(x @ w)
        ctx.save_for_backward(x, w, out)
        return out

    @staticmethod
    def backward(ctx, grad_output):
        x, w, out = ctx.saved_tensors
        dz = grad_output * (1 - out**2)
        return dz @ w.T, x.T @ dz
