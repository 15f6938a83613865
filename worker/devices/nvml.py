"""What the driver knows of a GPU, asked from outside every box: a few calls of NVIDIA's NVML."""

from __future__ import annotations

import ctypes
from functools import cache

from grader.errors import DeviceLost

LIBRARY = "libnvidia-ml.so.1"
NOT_SUPPORTED = 3


class NvmlError(DeviceLost):
    """NVML is not here, or did not answer: nobody can watch the device. code: NVML's own, 0 where it never came."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Memory(ctypes.Structure):
    """nvmlMemory_t: bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def memory_of(bus: str) -> Memory:
    """Of the GPU at this PCI address, whoever has it. Raises NvmlError."""
    memory = Memory()
    _call(_library(), "nvmlDeviceGetMemoryInfo", _handle(bus), ctypes.byref(memory))
    return memory


def is_partitioned(bus: str) -> bool:
    """Whether the GPU is split into instances (MIG), so that its own node computes nothing. Raises NvmlError."""
    now, after_reset = ctypes.c_uint(), ctypes.c_uint()
    try:
        _call(_library(), "nvmlDeviceGetMigMode", _handle(bus), ctypes.byref(now), ctypes.byref(after_reset))
    except NvmlError as error:
        if error.code == NOT_SUPPORTED:
            return False
        raise
    return bool(now.value)


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise NvmlError(str(error)) from error
    library.nvmlErrorString.restype = ctypes.c_char_p
    _call(library, "nvmlInit_v2")
    return library


def _handle(bus: str) -> ctypes.c_void_p:
    handle = ctypes.c_void_p()
    _call(_library(), "nvmlDeviceGetHandleByPciBusId_v2", ctypes.c_char_p(bus.encode()), ctypes.byref(handle))
    return handle


def _call(library: ctypes.CDLL, name: str, *arguments: object) -> None:
    asked = getattr(library, name, None)
    if asked is None:  # in a driver from before it was made
        raise NvmlError(f"{name}: not in this driver's {LIBRARY}", NOT_SUPPORTED)
    code = asked(*arguments)
    if code:
        raise NvmlError(f"{name}: {library.nvmlErrorString(code).decode()}", code)
