"""Batch norm, step by step."""
import numpy as np

shapes = {"x": ["N", "D"], "gamma": ["D"], "beta": ["D"]}
inputs = {"bn_param": {"eps": 1e-5}}


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    ivar = 1.0 / np.sqrt(var + eps)
    xhat = (x - mean) * ivar
    out = gamma * xhat + beta
    bn_param["running_mean"] = 0.9 * bn_param.get("running_mean", np.zeros(x.shape[1])) + 0.1 * mean
    cache = (x, xhat, gamma, mean, ivar)
    return out, cache


def batchnorm_backward(dout, cache):
    x, xhat, gamma, mean, ivar = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * (x - mean) * -0.5 * ivar**3, axis=0)
    dmean = np.sum(-dxhat * ivar, axis=0) + dvar * np.mean(-2.0 * (x - mean), axis=0)
    dx = dxhat * ivar
    dx += dvar * 2.0 * (x - mean) / N
    dx += dmean / N
    return dx, dgamma, dbeta
