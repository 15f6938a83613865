"""Names of people who are nobody in particular, as they stand in a list of participants."""

from __future__ import annotations

from random import Random

WESTERN = (
    "Ada Ben Carla Daniel Emma Finn Greta Hugo Ines Jonas Klara Liam Mia Noah Olga Paul Rosa Samuel Thea Yusuf".split()
)
SURNAMES = (
    "Albers Becker Costa Dubois Eriksen Fischer Garcia Haas Ivanova Jensen Kaya Lind Moreau Novak Okafor Petrov".split()
)
CHINESE = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗".split()
GIVEN = "伟 芳 敏 静 磊 洋 艳 勇 军 杰 娟 涛 明 超 雨桐 子涵 浩然 欣怡 思远 梓萱 宇轩 佳琪 俊杰 晓彤 一鸣 诗雨".split()


def names(rng: Random, count: int) -> list[str]:
    """So many, all of them different."""
    western = [f"{first} {last}" for first in WESTERN for last in SURNAMES]
    chinese = [last + first for last in CHINESE for first in GIVEN]
    rng.shuffle(western)
    rng.shuffle(chinese)
    known = [name for pair in zip(western, chinese, strict=False) for name in pair]
    return [known[n] if n < len(known) else f"{known[n % len(known)]} {n}" for n in range(count)]
