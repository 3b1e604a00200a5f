"""Measures the engine's conv2d beside the matrix products it is made of and PyTorch's conv2d.

    swift build -c release --product ConvolutionBenchmark
    python Benchmarks/convolution.py .build/release/ConvolutionBenchmark

32 images of 28 × 28 with 16 channels, 32 filters of 3 × 3, padded to the same size. All take the
same number of threads and are called in turn, round by round. The products are OpenBLAS's, of
patches that lie there already: what the convolution would take if there were nothing else to do.
"""

import argparse
import statistics
import subprocess
import time

import numpy as np
import torch
from torch.nn.functional import conv2d

IMAGES, SIDE, CHANNELS, FILTERS, KERNEL = 32, 28, 16, 32, 3
OPERATIONS = 2 * IMAGES * SIDE**2 * CHANNELS * FILTERS * KERNEL**2  # Of one product.


class Engine:
    """The program that runs the engine's layer and the products."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        threads, self.backend = self.process.stdout.readline().rstrip("\n").split("\t")
        self.threads = int(threads)

    def ask(self, precision, work, count=1):
        self.process.stdin.write(f"{precision} {work} {count}\n")
        return [float(number) for number in self.process.stdout.readline().split()]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def numbers(shape, step):
    """As the program makes them, in its order: the channels last."""
    count = int(np.prod(shape))
    return ((np.arange(count) * step) % 1009 / 1009 - 0.5).reshape(shape)


class Torch:
    def __init__(self, precision, memory_format):
        def tensor(array):
            channels_first = torch.tensor(array.transpose(0, 3, 1, 2))
            return channels_first.to(getattr(torch, precision), memory_format=memory_format)

        self.images = tensor(numbers((IMAGES, SIDE, SIDE, CHANNELS), 7919)).requires_grad_()
        self.weights = tensor(numbers((FILTERS, KERNEL, KERNEL, CHANNELS), 104729)).requires_grad_()
        self.bias = torch.tensor(numbers((FILTERS,), 15485863)).to(self.images).requires_grad_()
        self.gradient = tensor(numbers((IMAGES, SIDE, SIDE, FILTERS), 1299709))

    def forward(self):
        with torch.no_grad():
            conv2d(self.images, self.weights, self.bias, padding="same")

    def both(self):
        outputs = conv2d(self.images, self.weights, self.bias, padding="same")
        inputs = (self.images, self.weights, self.bias)
        return outputs, torch.autograd.grad(outputs, inputs, self.gradient)

    def sums(self):
        outputs, (images, weights, _) = self.both()
        return [float((t.double() ** 2).sum()) for t in (outputs, weights, images)]


def timed(function, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return times


def measure(engine, precision, options):
    first = Torch(precision, torch.contiguous_format)
    last = Torch(precision, torch.channels_last)
    # So that all do the same work: what is left is rounding, and that of sums of squares is small.
    ours = engine.ask(precision, "sums")
    for theirs in (first.sums(), last.sums()):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4 if precision == "float32" else 1e-10)
    for work, product, times in (("forward", "product", 1), ("both", "products", 3)):
        subjects = {
            "gradientd": lambda n: engine.ask(precision, work, n),
            "the product" + "s" * (times > 1): lambda n: engine.ask(precision, product, n),
            "PyTorch": lambda n: timed(getattr(first, work), n),
            "PyTorch, channels last": lambda n: timed(getattr(last, work), n),
        }
        seconds = {name: [] for name in subjects}
        for _ in range(options.rounds):
            for name, subject in subjects.items():
                subject(1)  # Caches and threads are this one's again.
                seconds[name] += subject(options.calls)
        name = "forward" if work == "forward" else "forward and backward"
        print(f"\n### {precision}, {name}, {options.rounds} × {options.calls} calls\n")
        print("| what | best ms | median ms | best GFLOP/s | best ÷ ours | median ÷ ours |")
        print("| --- | --- | --- | --- | --- | --- |")
        best, median = min(seconds["gradientd"]), statistics.median(seconds["gradientd"])
        for name, each in seconds.items():
            least, middle = min(each), statistics.median(each)
            print(f"| {name} | {least * 1e3:.2f} | {middle * 1e3:.2f} | "
                  f"{times * OPERATIONS / least / 1e9:.0f} | "
                  f"{least / best:.2f} | {middle / median:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=20, help="of each in each round")
    options = parser.parse_args()
    engine = Engine(options.program)
    torch.set_num_threads(engine.threads)
    print(f"{engine.threads} threads each; {engine.backend}; PyTorch {torch.__version__}")
    try:
        for precision in ("float32", "float64"):
            measure(engine, precision, options)
    finally:
        engine.stop()


if __name__ == "__main__":
    main()
