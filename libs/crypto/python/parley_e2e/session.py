"""X3DH, the ratchet, and the bytes of a session's state."""

from dataclasses import dataclass, replace

from .account import Identity, encode_one_time, open_bundle
from .errors import CryptoError
from .primitives import H, agreement_key, dh, halves, hkdf, hmac
from .wire import HEAD, Reader, lp, u16, u32, u53

MOST_SESSION = 140_595


@dataclass(frozen=True)
class Own:
    """A device's own side: identity, agreement secret, and prekey secrets by id."""

    identity: Identity
    secret: bytes
    signed: dict
    one_time: dict


@dataclass(frozen=True)
class Opening:
    ephemeral: bytes
    initiator_version: int
    responder_version: int
    signed_id: int
    one_time_id: int | None

    def encode(self) -> bytes:
        ids = b"" if self.one_time_id is None else u32(self.one_time_id)
        return self.ephemeral + u32(self.initiator_version) + u32(self.responder_version) + u32(self.signed_id) + ids


def read_opening(reader: Reader, with_one_time: bool) -> Opening:
    return Opening(reader.take(32), reader.u32(), reader.u32(), reader.u32(), reader.u32() if with_one_time else None)


@dataclass(frozen=True)
class Session:
    id: bytes
    peer: tuple
    root: bytes
    pair: tuple | None
    peer_key: bytes | None
    sending: bytes | None
    sent: int
    previous: int
    receiving: bytes | None
    received: int
    opening: Opening | None
    chains: tuple  # of (peer's ratchet key, ((n, message key), …)), the oldest first


def _association(initiator: Identity, responder: Identity, opening: Opening, signed: bytes, one_time) -> bytes:
    def party(who: Identity, version: int) -> bytes:
        return lp(who.account_id) + lp(who.device_id) + who.account_key + who.signing_key + who.agreement_key + u32(version)

    parties = party(initiator, opening.initiator_version) + party(responder, opening.responder_version)
    keys = opening.ephemeral + u32(opening.signed_id) + signed + encode_one_time(one_time)
    return H(lp("parley/e2e/v1/association") + b"\x01" + parties + keys)


def _secret(agreements: bytes, association: bytes) -> bytes:
    return halves(hkdf(b"\xff" * 32 + agreements, association, b"parley/e2e/v1/agreement"))[0]


def begin(own: Own, peer: Identity, bundle: bytes, random) -> Session:
    offered = open_bundle(bundle, peer)
    ephemeral = random(32)
    one_time_id = None if offered.one_time is None else offered.one_time[0]
    opening = Opening(agreement_key(ephemeral), own.identity.list_version, peer.list_version, offered.signed_id, one_time_id)
    association = _association(own.identity, peer, opening, offered.signed_key, offered.one_time)
    agreements = dh(own.secret, offered.signed_key) + dh(ephemeral, peer.agreement_key) + dh(ephemeral, offered.signed_key)
    if offered.one_time is not None:
        agreements += dh(ephemeral, offered.one_time[1])
    root = _secret(agreements, association)
    return Session(association[:16], (peer.account_id, peer.device_id), root, None, offered.signed_key, None, 0, 0, None, 0, opening, ())


def accept(own: Own, peer: Identity, opening: Opening, session_id: bytes) -> Session:
    if opening.signed_id not in own.signed or (opening.one_time_id is not None and opening.one_time_id not in own.one_time):
        raise CryptoError("unknown_prekey")
    signed = own.signed[opening.signed_id]
    one_time = None if opening.one_time_id is None else own.one_time[opening.one_time_id]
    public = agreement_key(signed)
    association = _association(peer, own.identity, opening, public, None if one_time is None else (opening.one_time_id, agreement_key(one_time)))
    if association[:16] != session_id:
        raise CryptoError("refused")
    agreements = dh(signed, peer.agreement_key) + dh(own.secret, opening.ephemeral) + dh(signed, opening.ephemeral)
    if one_time is not None:
        agreements += dh(one_time, opening.ephemeral)
    root = _secret(agreements, association)
    return Session(session_id, (peer.account_id, peer.device_id), root, (signed, public), None, None, 0, 0, None, 0, None, ())


def _turn(root: bytes, secret: bytes, peer_key: bytes) -> tuple[bytes, bytes]:
    return halves(hkdf(dh(secret, peer_key), root, b"parley/e2e/v1/root"))


def _message_key(chain: bytes) -> bytes:
    return hmac(chain, b"\x01")[:32]


def _step(chain: bytes) -> bytes:
    return hmac(chain, b"\x02")[:32]


def next_to_seal(session: Session, random):
    """The session after the next message, its (ratchet key, previous, n), its key."""
    if session.sending is None:
        secret = random(32)
        root, sending = _turn(session.root, secret, session.peer_key)
        session = replace(session, root=root, pair=(secret, agreement_key(secret)), sending=sending, previous=session.sent, sent=0)
    if session.sent > 2**32 - 2:
        raise CryptoError("exhausted")
    place = (session.pair[1], session.previous, session.sent)
    key = _message_key(session.sending)
    return replace(session, sending=_step(session.sending), sent=session.sent + 1), place, key


def _skip(chain: bytes, start: int, end: int):
    if end - start > 1_000:
        raise CryptoError("too_far_ahead")
    keys = []
    for n in range(start, end):
        keys.append((n, _message_key(chain)))
        chain = _step(chain)
    return chain, tuple(keys)


def _with_skipped(chains: tuple, peer_key: bytes, keys: tuple) -> tuple:
    if not keys:
        return chains
    held = dict(chains).get(peer_key, ())
    chains = [chain for chain in chains if chain[0] != peer_key] + [(peer_key, (held + keys)[-1_000:])]
    excess = max(0, sum(len(chain[1]) for chain in chains) - 2_000)
    kept = []
    for key, held in chains:
        gone = min(excess, len(held))
        excess -= gone
        if held[gone:]:
            kept.append((key, held[gone:]))
    return tuple(kept)


def key_at(session: Session, ratchet_key: bytes, previous: int, n: int):
    """The session after the message at a place, its key, and whether it is a late one."""
    chains = dict(session.chains)
    late = dict(chains.get(ratchet_key, ())).get(n)
    if late is not None:
        rest = tuple(key for key in chains[ratchet_key] if key[0] != n)
        kept = tuple((key, rest if key == ratchet_key else held) for key, held in session.chains if key != ratchet_key or rest)
        return replace(session, chains=kept), late, True
    if ratchet_key != session.peer_key:
        if ratchet_key in chains:
            raise CryptoError("duplicate")
        if session.pair is None:
            raise CryptoError("refused")
        if session.receiving is not None:
            _, keys = _skip(session.receiving, session.received, previous)
            session = replace(session, chains=_with_skipped(session.chains, session.peer_key, keys))
        root, receiving = _turn(session.root, session.pair[0], ratchet_key)
        session = replace(session, root=root, receiving=receiving, received=0, peer_key=ratchet_key, sending=None)
    elif session.receiving is None:
        raise CryptoError("refused")
    if n < session.received:
        raise CryptoError("duplicate")
    chain, keys = _skip(session.receiving, session.received, n)
    chains = _with_skipped(session.chains, ratchet_key, keys)
    return replace(session, receiving=_step(chain), received=n + 1, chains=chains, opening=None), _message_key(chain), False


def encode_session(session: Session) -> bytes:
    opening = session.opening
    flags = (session.pair is not None) | (session.sending is not None) << 1 | (opening is not None) << 2 | (opening is not None and opening.one_time_id is not None) << 3
    data = HEAD + bytes([flags]) + session.id + lp(session.peer[0]) + lp(session.peer[1]) + session.root + session.peer_key
    data += b"".join(session.pair or ()) + (session.sending or b"") + u32(session.sent) + u32(session.previous)
    data += session.receiving + u32(session.received) if opening is None else opening.encode()
    data += u16(len(session.chains))
    for key, held in session.chains:
        data += key + u16(len(held)) + b"".join(u32(n) + message_key for n, message_key in held)
    return data


def decode_session(data: bytes) -> Session:
    reader = Reader(data, MOST_SESSION)
    reader.head()
    flags = reader.u8()
    if flags not in (1, 3, 4, 12, 7, 15):
        raise CryptoError("malformed")
    session_id, peer = reader.take(16), (reader.text(), reader.text())
    root, peer_key = reader.take(32), reader.take(32)
    pair = (reader.take(32), reader.take(32)) if flags & 1 else None
    sending = reader.take(32) if flags & 2 else None
    sent, previous = reader.u32(), reader.u32()
    opening = read_opening(reader, bool(flags & 8)) if flags & 4 else None
    receiving, received = (None, 0) if flags & 4 else (reader.take(32), reader.u32())
    chains, total = [], 0
    for _ in range(reader.u16()):
        key, count = reader.take(32), reader.u16()
        total += count
        if not 1 <= count <= 1_000 or total > 2_000 or key in dict(chains):
            raise CryptoError("malformed")
        held = tuple((reader.u32(), reader.take(32)) for _ in range(count))
        numbers = [n for n, _ in held]
        if numbers != sorted(set(numbers)) or numbers[-1] >= 2**32 - 1:
            raise CryptoError("malformed")
        chains.append((key, held))
    reader.finish()
    if flags & 4 and (chains or previous or (sent > 0) != bool(flags & 2)):
        raise CryptoError("malformed")
    return Session(session_id, peer, root, pair, peer_key, sending, sent, previous, receiving, received, opening, tuple(chains))


def encode_sessions(sessions) -> bytes:
    states = [encode_session(session) for session in sessions[:5]]
    return bytes([1, len(states)]) + b"".join(u32(len(state)) + state for state in states)


def decode_sessions(data: bytes) -> tuple:
    reader = Reader(data, 2 + 5 * (4 + MOST_SESSION))
    reader.version()
    count = reader.u8()
    if count > 5:
        raise CryptoError("malformed")
    sessions = tuple(decode_session(reader.take(reader.u32())) for _ in range(count))
    reader.finish()
    if len({session.peer for session in sessions}) > 1 or len({session.id for session in sessions}) < len(sessions):
        raise CryptoError("malformed")
    return sessions


def encode_prekeys(next_id: int, signed, one_time) -> bytes:
    """Signed: (id, secret, created at, retired at or None), the newest first. One-time: (id, secret), the oldest first."""
    data = HEAD + u32(next_id) + bytes([len(signed)])
    for one, secret, created_at, retired_at in signed:
        data += u32(one) + secret + agreement_key(secret) + u53(created_at) + (b"\x00" if retired_at is None else b"\x01" + u53(retired_at))
    return data + u16(len(one_time)) + b"".join(u32(one) + secret + agreement_key(secret) for one, secret in one_time)


def decode_prekeys(data: bytes):
    reader = Reader(data, 73_449)
    reader.head()
    next_id, count = reader.u32(), reader.u8()
    if count > 64:
        raise CryptoError("malformed")
    signed, one_time = [], []
    for _ in range(count):
        one, secret, _public, created_at, has = reader.u32(), reader.take(32), reader.take(32), reader.u53(), reader.u8()
        if has > 1:
            raise CryptoError("malformed")
        signed.append((one, secret, created_at, reader.u53() if has else None))
    count = reader.u16()
    if count > 1_000:
        raise CryptoError("malformed")
    for _ in range(count):
        one_time.append((reader.u32(), reader.take(32)))
        reader.take(32)
    reader.finish()
    ups, downs = [one[0] for one in one_time], [one[0] for one in signed]
    in_order = ups == sorted(ups) and downs == sorted(downs, reverse=True) and len({*ups, *downs}) == len(ups) + len(downs)
    if not in_order or next_id == 0 or not all(0 < one < next_id for one in ups + downs) or any((one[3] is None) != (at == 0) for at, one in enumerate(signed)):
        raise CryptoError("malformed")
    return next_id, signed, one_time


def with_active(sessions, session: Session) -> tuple:
    return (session, *(other for other in sessions if other.id != session.id))[:5]


def with_updated(sessions, session: Session) -> tuple:
    return tuple(session if other.id == session.id else other for other in sessions)
