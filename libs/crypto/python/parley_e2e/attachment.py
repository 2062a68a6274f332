"""Attachments, whole in memory: streaming is the same, chunk by chunk."""

from .errors import CryptoError
from .primitives import H, box, halves, hkdf, open_box
from .wire import HEAD, u53

CHUNK = 65_536


def _keys(key: bytes):
    return halves(hkdf(key, b"", b"parley/e2e/v1/attachment"))


def _chunks(length: int) -> int:
    return max(1, -(-length // CHUNK))


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + u53(number) + bytes([is_last])


def seal_file(plain: bytes, random):
    key, prefix = random(32), random(15)
    box_key, commitment = _keys(key)
    count = _chunks(len(plain))
    chunks = [box(plain[i * CHUNK : (i + 1) * CHUNK], _nonce(prefix, i, i == count - 1), box_key) for i in range(count)]
    file = HEAD + commitment + prefix + b"".join(chunks)
    return file, {"key": key, "hash": H(file), "length": len(plain)}


def open_file(file: bytes, key: bytes, digest: bytes, length: int) -> bytes:
    if len(key) != 32 or len(digest) != 64 or length < 0:
        raise CryptoError("malformed")
    if length > 2**31:
        raise CryptoError("too_large")
    if len(file) < 49:
        raise CryptoError("truncated")
    if file[:2] != HEAD:
        raise CryptoError("unsupported")
    box_key, commitment = _keys(key)
    if file[2:34] != commitment:
        raise CryptoError("refused")
    prefix, at, plain, count = file[34:49], 49, [], _chunks(length)
    for i in range(count):
        size = 16 + (CHUNK if i < count - 1 else length - (count - 1) * CHUNK)
        if len(file) < at + size:
            raise CryptoError("truncated")
        chunk = open_box(file[at : at + size], _nonce(prefix, i, i == count - 1), box_key)
        if chunk is None:
            raise CryptoError("refused")
        plain.append(chunk)
        at += size
    if len(file) > at:
        raise CryptoError("malformed")
    if H(file) != digest:
        raise CryptoError("refused")
    return b"".join(plain)
