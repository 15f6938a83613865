"""Takes all free memory of a device, zeroes it, looks at it, and computes something: trusted, in a box of its own.

The text of this module is what such a box is given, between two leases; nothing of ours can be imported there.
"""

from __future__ import annotations

import torch

LARGEST, SMALLEST = 1 << 30, 1 << 20  # bytes of a block; the allocator asks for no fewer than 2 MiB at a time


def scrub(device: str, most: int) -> tuple[int, int, bool]:
    """(bytes taken, blocks that still held something after they were zeroed, whether a product comes out right).

    most: no more bytes than these; 0: all there are.
    """
    torch.zeros(SMALLEST, dtype=torch.uint8, device=device).any().item()  # a sum needs memory, and soon none is left
    blocks = take(device, most)
    for block in blocks:
        block.zero_()
    taken, dirty = sum(8 * len(block) for block in blocks), sum(bool(block.any()) for block in blocks)
    blocks.clear()
    if device != "cpu":
        torch.cuda.empty_cache()
    ones = torch.ones(64, 64, device=device)
    return taken, dirty, bool((ones @ ones == 64).all())


def take(device: str, most: int) -> list[torch.Tensor]:
    """Blocks of whole numbers, large ones first, until nothing more is to be had."""
    blocks: list[torch.Tensor] = []
    size, left = LARGEST, most or 1 << 62
    while size >= SMALLEST:
        block = one(device, size) if size <= left else None
        if block is None:
            size //= 2
        else:
            blocks.append(block)
            left -= size
    return blocks


def one(device: str, size: int) -> torch.Tensor | None:
    """A block of so many bytes; None where there are no more."""
    try:
        return torch.empty(size // 8, dtype=torch.int64, device=device)
    except torch.OutOfMemoryError:
        return None
