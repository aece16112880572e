# Training steps in PyTorch, on request: one line of JSON in, one line of JSON out. Started by torch.ts.
import base64
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

NETWORKS = {
    "mlp": lambda: [nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)],
    "cnn": lambda: [
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10),
    ],
}


def floats(text, shape):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).reshape(shape).clone()


def load(layers, weights):
    """Takes kernels as [...sizes, in, out], and rows of the first dense layer after images in the order height, width, channels."""
    values = iter([floats(w["data"], w["shape"]) for w in weights])
    channels = None
    for layer in layers:
        if not hasattr(layer, "weight"):
            continue
        kernel, bias = next(values), next(values)
        if isinstance(layer, nn.Conv2d):
            kernel, channels = kernel.permute(3, 2, 0, 1), kernel.shape[3]
        else:
            if channels is not None:
                side = round((kernel.shape[0] / channels) ** 0.5)
                kernel = kernel.reshape(side, side, channels, -1).permute(2, 0, 1, 3).reshape(kernel.shape)
                channels = None
            kernel = kernel.T
        with torch.no_grad():
            layer.weight.copy_(kernel)
            layer.bias.copy_(bias)


class Task:
    def __init__(self, request):
        torch.set_num_threads(request["threads"])
        layers = NETWORKS[request["network"]]()
        load(layers, request["weights"])
        self.model = nn.Sequential(*layers)
        batch, images = request["batch"], floats(request["images"], [-1, 784])
        if request["network"] == "cnn":
            images = images.reshape(-1, 1, 28, 28)
        self.model = self.model.to(memory_format=torch.channels_last) if request["channelsLast"] else self.model
        labels = torch.tensor(request["labels"])
        self.batches = list(zip(images.split(batch), labels.split(batch)))
        if request["optimizer"] == "adam":
            self.optimizer = torch.optim.Adam(self.model.parameters(), lr=request["rate"], eps=1e-7)
        else:
            self.optimizer = torch.optim.SGD(self.model.parameters(), lr=request["rate"], momentum=0.9)
        self.done = 0

    def step(self):
        x, y = self.batches[self.done % len(self.batches)]
        self.done += 1
        loss = F.cross_entropy(self.model(x), y)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss

    def run(self, times):
        clock, processor = time.perf_counter(), time.process_time()
        for _ in range(times):
            self.step()
        return {
            "clock": (time.perf_counter() - clock) * 1000,
            "processor": (time.process_time() - processor) * 1000,
        }

    def profile(self, times):
        with torch.autograd.profiler.profile() as profiler:
            self.run(times)
        return [[e.key, e.self_cpu_time_total / 1000 / times] for e in profiler.key_averages()]


def answer(tasks, request):
    command = request["command"]
    if command == "start":
        tasks[request["id"]] = Task(request)
        return torch.__version__
    task = tasks[request["id"]]
    if command == "losses":
        return [task.step().item() for _ in range(request["times"])]
    return task.run(request["times"]) if command == "run" else task.profile(request["times"])


tasks = {}
for line in sys.stdin:
    print(json.dumps(answer(tasks, json.loads(line))), flush=True)
