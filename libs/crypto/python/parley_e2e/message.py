"""Envelopes: headers, wraps, content."""

from dataclasses import dataclass

from .errors import CryptoError
from .primitives import H, box, halves, hkdf, open_box
from .session import Opening, Own, accept, key_at, next_to_seal, read_opening, with_active, with_updated
from .wire import CATEGORY, HEAD, Reader, lp, u32

FIELDS = ("businessId", "conversationId", "messageId", "category", "templateHash")


@dataclass(frozen=True)
class Wrap:
    recipient: tuple
    session_id: bytes
    place: tuple
    opening: Opening | None
    header: bytes
    sealed: bytes


def seal_under(key: bytes, header: bytes, info: bytes, text: bytes, random) -> bytes:
    box_key, commitment = halves(hkdf(key, H(header), info))
    nonce = random(24)
    return commitment + nonce + box(text, nonce, box_key)


def open_under(key: bytes, header: bytes, info: bytes, sealed: bytes) -> bytes:
    box_key, commitment = halves(hkdf(key, H(header), info))
    text = open_box(sealed[56:], sealed[32:56], box_key) if sealed[:32] == commitment else None
    if text is None:
        raise CryptoError("refused")
    return text


def _kind(binding: dict) -> bytes:
    return lp(binding["category"] or "") + lp(bytes.fromhex(binding["templateHash"] or ""))


def _read_kind(reader: Reader) -> dict:
    category, template = reader.text(CATEGORY), reader.lp()
    if len(template) not in (0, 32):
        raise CryptoError("malformed")
    return {"category": category or None, "templateHash": template.hex() or None}


def _pad(text: bytes) -> bytes:
    for bucket in range(8):
        if len(text) < 256 << bucket:
            return (text + b"\x80").ljust(256 << bucket, b"\x00")
    raise CryptoError("too_large")


def _unpad(padded: bytes) -> bytes:
    text = padded.rstrip(b"\x00")
    if text[-1:] != b"\x80" or _pad(text[:-1]) != padded:
        raise CryptoError("malformed")
    return text[:-1]


def encode_text(binding: dict, last_seen: bytes | None, body: str) -> bytes:
    return b"\x01" + lp(binding["messageId"]) + _kind(binding) + lp(last_seen or b"") + b"\x00" + bytes.fromhex(body)


def decode_text(text: bytes) -> dict:
    reader = Reader(text, 32_767)
    reader.version()
    content = {"messageId": reader.text(), **_read_kind(reader)}
    last_seen = reader.lp()
    if len(last_seen) not in (0, 64):
        raise CryptoError("malformed")
    content["lastSeen"] = last_seen or None
    if reader.u8() != 0:
        raise CryptoError("unsupported")
    content["body"] = reader.take(reader.left).hex()
    reader.finish()
    return content


def seal(own: Own, binding: dict, body: str, last_seen: bytes | None, recipients, random):
    """Recipients: (session, list version). Answers envelope, H(content), sessions after it."""
    padded = _pad(encode_text(binding, last_seen, body))
    who = own.identity
    header = HEAD + lp(binding["businessId"]) + lp(binding["conversationId"]) + lp(binding["messageId"]) + _kind(binding)
    header += lp(who.account_id) + lp(who.device_id) + u32(who.list_version) + bytes([(len(padded) // 256).bit_length() - 1])
    content_key = random(32)
    content = seal_under(content_key, header, b"parley/e2e/v1/content", padded, random)
    wraps, after = {}, []
    for session, version in recipients:
        opening = session.opening
        session, (ratchet_key, previous, n), key = next_to_seal(session, random)
        kind = 0 if opening is None else 1 if opening.one_time_id is None else 2
        wrap = lp(session.peer[0]) + lp(session.peer[1]) + u32(version) + session.id + ratchet_key + u32(previous) + u32(n) + bytes([kind])
        wrap += b"" if opening is None else opening.encode()
        sealed = seal_under(key, header + wrap, b"parley/e2e/v1/wrap", content_key + H(content), random)
        wraps[tuple(part.encode() for part in session.peer)] = wrap + sealed
        after.append(session)
    envelope = header + bytes([len(wraps)]) + b"".join(wraps[peer] for peer in sorted(wraps)) + content
    if len(envelope) > 49_152:
        raise CryptoError("too_large")
    return envelope, H(content), after


def _read_wrap(reader: Reader) -> Wrap:
    start = reader.at
    recipient = (reader.text(), reader.text())
    reader.u32()
    session_id, place = reader.take(16), (reader.take(32), reader.u32(), reader.u32())
    kind = reader.u8()
    if place[2] == 2**32 - 1 or kind > 2:
        raise CryptoError("malformed")
    opening = read_opening(reader, kind == 2) if kind else None
    header = reader.data[start : reader.at]
    return Wrap(recipient, session_id, place, opening, header, reader.take(168))


def parse(envelope: bytes):
    reader = Reader(envelope, 49_152)
    reader.head()
    said = {"businessId": reader.text(), "conversationId": reader.text(), "messageId": reader.text(), **_read_kind(reader)}
    sender = (reader.text(), reader.text())
    reader.u32()
    bucket = reader.u8()
    if bucket > 7:
        raise CryptoError("malformed")
    header = envelope[: reader.at]
    count = reader.u8()
    if not 1 <= count <= 64:
        raise CryptoError("malformed")
    wraps = [_read_wrap(reader) for _ in range(count)]
    places = [tuple(part.encode() for part in wrap.recipient) for wrap in wraps]
    if places != sorted(set(places)):
        raise CryptoError("malformed")
    content = reader.take(72 + (256 << bucket))
    reader.finish()
    return said, sender, header, wraps, content


def open_message(envelope: bytes, own: Own, sender, sessions, expected: dict):
    """Answers the content with `contentHash` and `usedOneTimePrekey`, and the sessions after it."""
    said, from_, header, wraps, content = parse(envelope)
    if any(said[field] != expected[field] for field in FIELDS if field in expected):
        raise CryptoError("binding_mismatch")
    if from_ != (sender.account_id, sender.device_id):
        raise CryptoError("sender_mismatch")
    me = (own.identity.account_id, own.identity.device_id)
    wrap = next((wrap for wrap in wraps if wrap.recipient == me), None)
    if wrap is None:
        raise CryptoError("not_a_recipient")
    session = next((session for session in sessions if session.id == wrap.session_id), None)
    is_new = session is None
    if is_new:
        if wrap.opening is None:
            raise CryptoError("unknown_session")
        session = accept(own, sender, wrap.opening, wrap.session_id)
    elif session.peer != from_:
        raise CryptoError("sender_mismatch")
    after, key, is_late = key_at(session, *wrap.place)
    wrapped = open_under(key, header + wrap.header, b"parley/e2e/v1/wrap", wrap.sealed)
    if wrapped[32:] != H(content):
        raise CryptoError("refused")
    opened = decode_text(_unpad(open_under(wrapped[:32], header, b"parley/e2e/v1/content", content)))
    if any(opened[field] != said[field] for field in ("messageId", "category", "templateHash")):
        raise CryptoError("binding_mismatch")
    opened["contentHash"] = H(content)
    opened["usedOneTimePrekey"] = wrap.opening.one_time_id if is_new else None
    return opened, with_updated(sessions, after) if is_late else with_active(sessions, after)
