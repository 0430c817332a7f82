"""The network in PyTorch, float32 on the CPU, with its default threads; samples in rows."""
import torch
from torch import nn

activations = {"relu": nn.ReLU, "tanh": nn.Tanh}


def what():
    return {"what": "PyTorch", "version": torch.__version__, "threads": torch.get_num_threads()}


class Net:
    at_once = 1

    def __init__(self, task, X, Y, weights):
        self.m, self.batch_size = task["m"], task.get("batchSize")
        self.X = torch.from_numpy(X).T.contiguous()
        if task["activations"][-1] == "softmax":
            self.Y = torch.from_numpy(Y).argmax(0)
            self.loss = nn.CrossEntropyLoss()
        else:
            self.Y = torch.from_numpy(Y).T.contiguous()
            self.loss = nn.BCEWithLogitsLoss()
        # The last activation is a part of the loss.
        layers = []
        for W, g in zip(weights, task["activations"]):
            linear = nn.Linear(W.shape[1], W.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(W))
                linear.bias.zero_()
            layers += [linear, activations.get(g, nn.Identity)()]
            layers += [nn.Dropout(task["dropout"])] if "dropout" in task else []
        # Behind the last linear layer there is none.
        self.model = nn.Sequential(*layers[: -2 if "dropout" in task else -1])
        self.l2 = task.get("l2", 0)
        weights, biases = ([P for P in self.model.parameters() if P.dim() == n] for n in (2, 1))
        decay = self.l2 / (self.batch_size or self.m)
        groups = [{"params": weights, "weight_decay": decay}, {"params": biases}]
        rule = torch.optim.Adam if task.get("optimizer") == "adam" else torch.optim.SGD
        self.optimizer = rule(groups, lr=task["learningRate"])

    def step(self, X, Y):
        self.optimizer.zero_grad()
        self.loss(self.model(X), Y).backward()
        self.optimizer.step()

    def run(self, iterations, in_order=False):
        if not self.batch_size:
            for _ in range(iterations):
                self.step(self.X, self.Y)
            return
        done = 0
        while done < iterations:
            order = torch.arange(self.m) if in_order else torch.randperm(self.m)
            for batch in order.split(self.batch_size):
                if done == iterations:
                    return
                self.step(self.X[batch], self.Y[batch])
                done += 1

    def epoch(self):
        self.run(-(-self.m // self.batch_size))

    def accuracy(self):
        with torch.no_grad():
            return (self.model(self.X).argmax(1) == self.Y).float().mean().item()

    def cost(self):
        with torch.no_grad():
            self.model.eval()
            J = self.loss(self.model(self.X), self.Y).item()
            self.model.train()
            squares = sum((P * P).sum().item() for P in self.model.parameters() if P.dim() == 2)
            return J + self.l2 / (2 * self.m) * squares

    def whole(self, iterations):
        for done in range(0, iterations, 100):
            self.cost()
            self.run(min(100, iterations - done))
        self.cost()
