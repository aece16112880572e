# Training steps of larger networks in PyTorch, on request: one line of JSON in, one line of JSON out.
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.first = unit(channels, filters, 3, stride)
        self.second = unit(filters, filters, 3, 1)
        self.shortcut = unit(channels, filters, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


def unit(channels, filters, size, stride):
    conv = nn.Conv2d(channels, filters, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(filters))


def resnet():
    channels, blocks = 64, []
    for filters in [64, 128, 256, 512]:
        blocks += [Block(channels, filters, 1 if filters == 64 else 2), Block(filters, filters, 1)]
        channels = filters
    return [unit(3, 64, 3, 1), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10)]


def audio():
    return [
        nn.Conv1d(1, 32, 9, 4, 4), nn.ReLU(), nn.Conv1d(32, 64, 9, 4, 4), nn.ReLU(), nn.Conv1d(64, 64, 3, 2, 1), nn.ReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(64, 10),
    ]


def cnn():
    return [
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10),
    ]


NETWORKS = {"resnet": (resnet, [32, 3, 32, 32]), "audio": (audio, [32, 1, 8000]), "cnn": (cnn, [64, 1, 28, 28])}
BATCHES = 4


class Steps:
    def __init__(self, name):
        layers, shape = NETWORKS[name]
        self.model = nn.Sequential(*layers())
        if name == "audio":
            self.optimizer = torch.optim.Adam(self.model.parameters())
        else:
            self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9)
        self.batches = [(torch.rand(shape), torch.randint(0, 10, shape[:1])) for _ in range(BATCHES)]
        self.done = 0

    def run(self, times):
        # As the other contenders: on one thread the processor's time, else the time that goes by.
        clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
        start = clock()
        for _ in range(times):
            x, y = self.batches[self.done % BATCHES]
            self.done += 1
            self.optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(self.model(x), y).backward()
            self.optimizer.step()
        return (clock() - start) * 1000


networks = {}
for line in sys.stdin:
    request = json.loads(line)
    if request["command"] == "threads":
        torch.set_num_threads(request["threads"])
        print(json.dumps(torch.__version__), flush=True)
    elif request["command"] == "peak":
        with open("/proc/self/status") as status:
            peak = next(line for line in status if line.startswith("VmHWM"))
        print(int(peak.split()[1]) / 1024, flush=True)
    else:
        name = request["network"]
        if name not in networks:
            networks[name] = Steps(name)
        print(networks[name].run(request["times"]), flush=True)
