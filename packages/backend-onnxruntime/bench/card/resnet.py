# A training step of ResNet-50 in PyTorch, on request: one line of JSON in, one line of JSON out. Started by torch.ts.
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def conv_norm(channels, filters, size, stride):
    conv = nn.Conv2d(channels, filters, size, stride, (size - 1) // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(filters))


class Bottleneck(nn.Module):
    def __init__(self, channels, filters, stride, projects):
        super().__init__()
        self.main = nn.Sequential(
            conv_norm(channels, filters, 1, 1), nn.ReLU(),
            conv_norm(filters, filters, 3, stride), nn.ReLU(),
            conv_norm(filters, 4 * filters, 1, 1),
        )
        self.shortcut = conv_norm(channels, 4 * filters, 1, stride) if projects else nn.Identity()

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))


def resnet50():
    layers = [conv_norm(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stage, (filters, count) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for i in range(count):
            layers.append(Bottleneck(channels, filters, 2 if i == 0 and stage > 0 else 1, i == 0))
            channels = 4 * filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


class Trainer:
    def __init__(self, device, mixed, batch, image):
        torch.manual_seed(1)
        # As Nabla computes: products in full float32.
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = True
        self.device, self.mixed = torch.device(device), mixed
        self.model = resnet50().to(self.device)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9)
        self.scaler = torch.cuda.amp.GradScaler(enabled=mixed)
        self.batches = [
            (torch.rand(batch, 3, image, image), torch.randint(1000, [batch])) for _ in range(4)
        ]
        self.done = 0

    def step(self):
        x, y = (part.to(self.device) for part in self.batches[self.done % 4])
        self.done += 1
        with torch.autocast(self.device.type, dtype=torch.float16 if self.device.type == "cuda" else torch.bfloat16, enabled=self.mixed):
            loss = F.cross_entropy(self.model(x), y)
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss

    def run(self, times):
        self.wait()
        start = time.perf_counter()
        for _ in range(times):
            self.step()
        self.wait()
        return (time.perf_counter() - start) * 1000

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def answer(trainers, request):
    if request["command"] == "about":
        card = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
        return {"version": torch.__version__, "card": card}
    if request["command"] == "start":
        trainers[request["id"]] = Trainer(request["device"], request["mixed"], request["batch"], request["image"])
        return trainers[request["id"]].step().item()
    return trainers[request["id"]].run(request["times"])


trainers = {}
for line in sys.stdin:
    print(json.dumps(answer(trainers, json.loads(line))), flush=True)
