"""The key log: entries, heads, and the proofs of RFC 9162 with SHA-512."""

from .account import DeviceList, open_list
from .errors import CryptoError
from .primitives import H, check_signature, sign
from .wire import HEAD, Reader, lp, u32, u53


def leaf(entry: bytes) -> bytes:
    return H(b"\x00" + entry)


def node(left: bytes, right: bytes) -> bytes:
    return H(b"\x01" + left + right)


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def root(leaves) -> bytes:
    if not leaves:
        return H(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node(root(leaves[:split]), root(leaves[split:]))


def inclusion_path(index: int, leaves) -> list:
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return inclusion_path(index, leaves[:split]) + [root(leaves[split:])]
    return inclusion_path(index - split, leaves[split:]) + [root(leaves[:split])]


def consistency_path(older: int, leaves, whole: bool = True) -> list:
    if older in (0, len(leaves)):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if older <= split:
        return consistency_path(older, leaves[:split], whole) + [root(leaves[split:])]
    return consistency_path(older - split, leaves[split:], False) + [root(leaves[:split])]


def check_inclusion(hashed: bytes, index: int, size: int, path, expected: bytes) -> None:
    fn, sn = index, size - 1
    good = index < size
    for sibling in path:
        good = good and sn != 0
        if fn & 1 or fn == sn:
            hashed = node(sibling, hashed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hashed = node(hashed, sibling)
        fn, sn = fn >> 1, sn >> 1
    if not good or sn != 0 or hashed != expected:
        raise CryptoError("bad_proof")


def check_consistency(older: int, older_root: bytes, size: int, newer_root: bytes, path) -> None:
    if older > size:
        raise CryptoError("bad_proof")
    if older == size or older == 0:
        if path or (older == size and older_root != newer_root) or (older == 0 and older_root != H(b"")):
            raise CryptoError("bad_proof")
        return
    fn, sn = older - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    rest = list(path) if fn else [older_root, *path]
    if not rest:
        raise CryptoError("bad_proof")
    first, good = rest.pop(0), True
    one, other = first, first
    for sibling in rest:
        good = good and sn != 0
        if fn & 1 or fn == sn:
            one, other = node(sibling, one), node(sibling, other)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            other = node(other, sibling)
        fn, sn = fn >> 1, sn >> 1
    if not good or sn != 0 or one != older_root or other != newer_root:
        raise CryptoError("bad_proof")


def encode_entry(listed: DeviceList, list_hash: bytes, at: int) -> bytes:
    return b"\x01" + lp(listed.account_id) + listed.account_key + u32(listed.version) + list_hash + u53(at)


def sign_head(log_seed: bytes, log_id: str, size: int, tree_root: bytes, at: int) -> bytes:
    body = HEAD + lp(log_id) + u53(size) + tree_root + u53(at)
    return body + sign(log_seed, "parley/e2e/v1/log-head", body)


def open_head(data: bytes, log_key: bytes):
    reader = Reader(data, 512)
    reader.head()
    head = reader.text(), reader.u53(), reader.take(64), reader.u53()
    body = data[: reader.at]
    signature = reader.take(64)
    reader.finish()
    check_signature(log_key, "parley/e2e/v1/log-head", body, signature)
    return head


def encode_proof(first: int, second: int, path) -> bytes:
    return b"\x01" + u53(first) + u53(second) + bytes([len(path)]) + b"".join(path)


def decode_proof(data: bytes):
    reader = Reader(data, 18 + 64 * 64)
    reader.version()
    first, second, count = reader.u53(), reader.u53(), reader.u8()
    if count > 64:
        raise CryptoError("malformed")
    path = [reader.take(64) for _ in range(count)]
    reader.finish()
    return first, second, path


def check_logged(list_bytes: bytes, entry: bytes, proof: bytes, head) -> DeviceList:
    listed = open_list(list_bytes)
    reader = Reader(entry, 512)
    reader.version()
    reader.text(), reader.take(32), reader.u32(), reader.take(64)
    at = reader.u53()
    reader.finish()
    index, size, path = decode_proof(proof)
    if encode_entry(listed, H(list_bytes), at) != entry or size != head[1]:
        raise CryptoError("bad_proof")
    check_inclusion(leaf(entry), index, size, path, head[2])
    return listed


def follow_head(known, following, proof: bytes) -> None:
    older, size, path = decode_proof(proof)
    if known[0] != following[0] or (older, size) != (known[1], following[1]):
        raise CryptoError("bad_proof")
    check_consistency(older, known[2], size, following[2], path)
