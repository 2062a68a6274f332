"""Integers, ids and prefixed bytes."""

import re

from .errors import CryptoError

ID = re.compile(rb"[A-Za-z0-9_.-]{1,160}\Z")
CATEGORY = re.compile(rb"[a-z_]{0,32}\Z")
HEAD = b"\x01\x01"


def u16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def u53(value: int) -> bytes:
    return value.to_bytes(8, "big")


def lp(value: bytes | str) -> bytes:
    data = value.encode("ascii") if isinstance(value, str) else value
    return bytes([len(data)]) + data


class Reader:
    def __init__(self, data: bytes, most: int):
        if len(data) > most:
            raise CryptoError("too_large")
        self.data, self.at = data, 0

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise CryptoError("malformed")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def u8(self) -> int:
        return self.integer(1)

    def u16(self) -> int:
        return self.integer(2)

    def u32(self) -> int:
        return self.integer(4)

    def u53(self) -> int:
        value = self.integer(8)
        if value >= 2**53:
            raise CryptoError("malformed")
        return value

    def lp(self) -> bytes:
        return self.take(self.u8())

    def text(self, pattern=ID) -> str:
        value = self.lp()
        if not pattern.match(value):
            raise CryptoError("malformed")
        return value.decode("ascii")

    def head(self) -> None:
        if self.take(2) != HEAD:
            raise CryptoError("unsupported")

    def version(self) -> None:
        if self.u8() != 1:
            raise CryptoError("unsupported")

    def finish(self) -> None:
        if self.left:
            raise CryptoError("malformed")
