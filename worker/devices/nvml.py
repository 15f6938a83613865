"""How much memory of a GPU is taken, asked of the driver from outside every box: three calls of NVIDIA's NVML."""

from __future__ import annotations

import ctypes
from functools import cache

from grader.errors import DeviceLost

LIBRARY = "libnvidia-ml.so.1"


class NvmlError(DeviceLost):
    """NVML is not here, or did not answer: nobody can watch the device."""


class Memory(ctypes.Structure):
    """nvmlMemory_t: bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def memory_of(bus: str) -> Memory:
    """Of the GPU at this PCI address, whoever has it. Raises NvmlError."""
    library, handle, memory = _library(), ctypes.c_void_p(), Memory()
    _call(library, "nvmlDeviceGetHandleByPciBusId_v2", ctypes.c_char_p(bus.encode()), ctypes.byref(handle))
    _call(library, "nvmlDeviceGetMemoryInfo", handle, ctypes.byref(memory))
    return memory


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise NvmlError(str(error)) from error
    _call(library, "nvmlInit_v2")
    return library


def _call(library: ctypes.CDLL, name: str, *arguments: object) -> None:
    code = getattr(library, name)(*arguments)
    if code:
        message = f"{name}: error {code}"
        raise NvmlError(message)
