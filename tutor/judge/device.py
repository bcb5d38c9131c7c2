"""Which device an attempt runs on, and what people call it."""

import platform
from collections.abc import Callable
from pathlib import Path

import torch

from tutor.attempt.result import Device

AUTO_ORDER = ("cuda", "mps", "xpu")


class DeviceUnavailable(Exception):
    """The device that was asked for is not on this machine; the message says what is."""


def available() -> tuple[str, ...]:
    """Device types present here, best first, ending with "cpu"; touches no accelerator context."""
    present: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
        "xpu": torch.xpu.is_available,
    }
    return (*(kind for kind in AUTO_ORDER if present[kind]()), "cpu")


def choose_device(wanted: str) -> torch.device:
    """The device for `wanted` ("auto" or a device type); raises DeviceUnavailable with a sentence."""
    here = available()
    if wanted == "auto":
        return torch.device(here[0])
    if wanted not in here:
        raise DeviceUnavailable(f"This machine has no device {wanted!r} for PyTorch; it has: {', '.join(here)}.")
    return torch.device(wanted)


def describe(device: torch.device) -> Device:
    """The record of `device`, with the name its maker gave it."""
    if device.type == "cuda":
        return Device(type="cuda", name=torch.cuda.get_device_name(device))
    if device.type == "xpu":
        return Device(type="xpu", name=torch.xpu.get_device_name(device))
    if device.type == "mps":
        return Device(type="mps", name="Apple GPU")
    return Device(type="cpu", name=_processor())


def _processor() -> str:
    """The processor's name: /proc/cpuinfo on Linux, else what `platform` knows."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "CPU"
