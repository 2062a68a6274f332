"""X25519, Ed25519, XSalsa20-Poly1305 and HKDF in plain Python, from RFC 7748, RFC 8032, RFC 8439 and the Salsa20 papers.

Slow, and not in constant time: it shows that the page is enough, and is not for keeping secrets.
"""

import hashlib
import hmac as _hmac
import struct

from .errors import CryptoError

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def H(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def hmac(key: bytes, data: bytes) -> bytes:
    return _hmac.new(key, data, hashlib.sha512).digest()


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return hmac(hmac(salt, secret), info + b"\x01")


def halves(okm: bytes) -> tuple[bytes, bytes]:
    return okm[:32], okm[32:]


# X25519, RFC 7748 section 5.


def x25519(secret: bytes, public: bytes) -> bytes:
    k = int.from_bytes(secret, "little") & ~7 & ~(1 << 255) | 1 << 254
    x1 = (int.from_bytes(public, "little") & ~(1 << 255)) % P
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def agreement_key(secret: bytes) -> bytes:
    return x25519(secret, (9).to_bytes(32, "little"))


def dh(secret: bytes, public: bytes) -> bytes:
    if len(secret) != 32 or len(public) != 32:
        raise CryptoError("weak_key")
    shared = x25519(secret, public)
    if shared == bytes(32):
        raise CryptoError("weak_key")
    return shared


# Ed25519, RFC 8032 section 5.1, in extended coordinates.


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _multiply(scalar: int, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _encode(point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decode(encoded: bytes):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * SQRT_M1 % P
    elif v * x * x % P != u:
        return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


_BASE = _decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def _secret(seed: bytes) -> tuple[int, bytes]:
    hashed = H(seed)
    return int.from_bytes(hashed[:32], "little") & ~7 & ~(1 << 255) | 1 << 254, hashed[32:]


def signing_key(seed: bytes) -> bytes:
    return _encode(_multiply(_secret(seed)[0] & ((1 << 255) - 1), _BASE))


def labelled(label: str, body: bytes) -> bytes:
    return bytes([len(label)]) + label.encode("ascii") + body


def sign(seed: bytes, label: str, body: bytes) -> bytes:
    message = labelled(label, body)
    scalar, prefix = _secret(seed)
    public = signing_key(seed)
    r = int.from_bytes(H(prefix + message), "little") % L
    encoded = _encode(_multiply(r, _BASE))
    k = int.from_bytes(H(encoded + public + message), "little") % L
    return encoded + ((r + k * scalar) % L).to_bytes(32, "little")


_SMALL = {
    0,
    1,
    P - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
}


def is_signing_key(public: bytes) -> bool:
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return len(public) == 32 and y < P and y not in _SMALL


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64 or not is_signing_key(public):
        return False
    s = int.from_bytes(signature[32:], "little")
    point = _decode(public)
    if s >= L or point is None:
        return False
    k = int.from_bytes(H(signature[:32] + public + message), "little") % L
    minus = (P - point[0], point[1], 1, P - point[3])
    return _encode(_add(_multiply(s, _BASE), _multiply(k, minus))) == signature[:32]


def check_signature(public: bytes, label: str, body: bytes, signature: bytes) -> None:
    if not is_signing_key(public):
        raise CryptoError("weak_key")
    if not is_signature(public, labelled(label, body), signature):
        raise CryptoError("bad_signature")


# XSalsa20-Poly1305 as NaCl's secretbox.

_SIGMA = struct.unpack("<4I", b"expand 32-byte k")
_M = 0xFFFFFFFF
_ROUND = (
    (4, 0, 12, 7), (8, 4, 0, 9), (12, 8, 4, 13), (0, 12, 8, 18), (9, 5, 1, 7), (13, 9, 5, 9), (1, 13, 9, 13), (5, 1, 13, 18),
    (14, 10, 6, 7), (2, 14, 10, 9), (6, 2, 14, 13), (10, 6, 2, 18), (3, 15, 11, 7), (7, 3, 15, 9), (11, 7, 3, 13), (15, 11, 7, 18),
    (1, 0, 3, 7), (2, 1, 0, 9), (3, 2, 1, 13), (0, 3, 2, 18), (6, 5, 4, 7), (7, 6, 5, 9), (4, 7, 6, 13), (5, 4, 7, 18),
    (11, 10, 9, 7), (8, 11, 10, 9), (9, 8, 11, 13), (10, 9, 8, 18), (12, 15, 14, 7), (13, 12, 15, 9), (14, 13, 12, 13), (15, 14, 13, 18),
)


def _words(key: bytes, middle: bytes) -> list[int]:
    k, n = struct.unpack("<8I", key), struct.unpack("<4I", middle)
    return [_SIGMA[0], *k[:4], _SIGMA[1], *n, _SIGMA[2], *k[4:], _SIGMA[3]]


def _rounds(start: list[int]) -> list[int]:
    x = list(start)
    for _ in range(10):
        for to, a, b, shift in _ROUND:
            t = (x[a] + x[b]) & _M
            x[to] ^= (t << shift | t >> (32 - shift)) & _M
    return x


def _stream(length: int, nonce: bytes, key: bytes) -> bytes:
    x = _rounds(_words(key, nonce[:16]))
    subkey = struct.pack("<8I", x[0], x[5], x[10], x[15], x[6], x[7], x[8], x[9])
    blocks = []
    for counter in range(-(-length // 64)):
        start = _words(subkey, nonce[16:] + struct.pack("<Q", counter))
        blocks.append(struct.pack("<16I", *((a + b) & _M for a, b in zip(_rounds(start), start))))
    return b"".join(blocks)[:length]


def _poly1305(key: bytes, message: bytes) -> bytes:
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at : at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:32], "little")) % 2**128).to_bytes(16, "little")


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "little") ^ int.from_bytes(other, "little")).to_bytes(len(one), "little")


def box(text: bytes, nonce: bytes, key: bytes) -> bytes:
    stream = _stream(32 + len(text), nonce, key)
    sealed = _xor(text, stream[32:])
    return _poly1305(stream[:32], sealed) + sealed


def open_box(sealed: bytes, nonce: bytes, key: bytes) -> bytes | None:
    tag, body = sealed[:16], sealed[16:]
    stream = _stream(32 + len(body), nonce, key)
    if len(sealed) < 16 or not _hmac.compare_digest(_poly1305(stream[:32], body), tag):
        return None
    return _xor(body, stream[32:])
