"""Accounts, device lists, prekey bundles, safety numbers."""

import base64
from dataclasses import dataclass

from .errors import CryptoError
from .primitives import H, agreement_key, check_signature, sign, signing_key
from .wire import HEAD, Reader, lp, u16, u32, u53


@dataclass(frozen=True)
class Device:
    device_id: str
    signing_key: bytes
    agreement_key: bytes
    signature: bytes

    def encode(self) -> bytes:
        return lp(self.device_id) + self.signing_key + self.agreement_key + self.signature


@dataclass(frozen=True)
class DeviceList:
    account_id: str
    account_key: bytes
    version: int
    previous: bytes
    issued_at: int
    devices: tuple


@dataclass(frozen=True)
class Identity:
    account_id: str
    device_id: str
    account_key: bytes
    signing_key: bytes
    agreement_key: bytes
    list_version: int


def new_device(account_id: str, device_id: str, seed: bytes, agreement_secret: bytes) -> Device:
    public = agreement_key(agreement_secret)
    return Device(device_id, signing_key(seed), public, sign(seed, "parley/e2e/v1/device-key", lp(account_id) + lp(device_id) + public))


def sign_list(account_seed: bytes, account_id: str, version: int, previous: bytes, issued_at: int, devices) -> bytes:
    ordered = sorted(devices, key=lambda device: device.device_id.encode())
    body = HEAD + lp(account_id) + signing_key(account_seed) + u32(version) + previous + u53(issued_at) + bytes([len(ordered)])
    body += b"".join(device.encode() for device in ordered)
    return body + sign(account_seed, "parley/e2e/v1/device-list", body)


def open_list(data: bytes) -> DeviceList:
    reader = Reader(data, 32_768)
    reader.head()
    account_id, account_key = reader.text(), reader.take(32)
    version, previous, issued_at, count = reader.u32(), reader.take(64), reader.u53(), reader.u8()
    if count > 64:
        raise CryptoError("malformed")
    devices = tuple(Device(reader.text(), reader.take(32), reader.take(32), reader.take(64)) for _ in range(count))
    body = data[: reader.at]
    signature = reader.take(64)
    reader.finish()
    ids = [device.device_id.encode() for device in devices]
    if ids != sorted(set(ids)) or version == 0 or (version == 1) != (previous == bytes(64)):
        raise CryptoError("malformed")
    check_signature(account_key, "parley/e2e/v1/device-list", body, signature)
    for device in devices:
        check_signature(device.signing_key, "parley/e2e/v1/device-key", lp(account_id) + lp(device.device_id) + device.agreement_key, device.signature)
    return DeviceList(account_id, account_key, version, previous, issued_at, devices)


def follow_list(previous: bytes, following: bytes) -> DeviceList:
    before, after = open_list(previous), open_list(following)
    known = {device.device_id: device for device in before.devices}
    same_keys = all(known.get(device.device_id, device) == device for device in after.devices)
    same_account = (after.account_id, after.account_key) == (before.account_id, before.account_key)
    if not same_account or after.version != before.version + 1 or after.previous != H(previous) or not same_keys:
        raise CryptoError("not_successor")
    return after


def identity_in(listed: DeviceList, device_id: str) -> Identity:
    device = next(device for device in listed.devices if device.device_id == device_id)
    return Identity(listed.account_id, device_id, listed.account_key, device.signing_key, device.agreement_key, listed.version)


@dataclass(frozen=True)
class Bundle:
    signed_id: int
    created_at: int
    signed_key: bytes
    one_time: tuple | None


def encode_one_time(one_time) -> bytes:
    return b"\x00" if one_time is None else b"\x01" + u32(one_time[0]) + one_time[1]


def sign_bundle(account_id: str, device_id: str, seed: bytes, signed_id: int, created_at: int, public: bytes, one_time) -> bytes:
    body = lp(account_id) + lp(device_id) + u32(signed_id) + u53(created_at) + public
    vouched = body + sign(seed, "parley/e2e/v1/signed-prekey", body)
    return HEAD + u16(len(vouched)) + vouched + encode_one_time(one_time)


def open_bundle(data: bytes, identity: Identity) -> Bundle:
    reader = Reader(data, 1_024)
    reader.head()
    length, start = reader.u16(), reader.at
    account_id, device_id = reader.text(), reader.text()
    signed_id, created_at, public = reader.u32(), reader.u53(), reader.take(32)
    body = data[start : reader.at]
    signature = reader.take(64)
    if reader.at - start != length:
        raise CryptoError("malformed")
    has = reader.u8()
    if has > 1:
        raise CryptoError("malformed")
    one_time = (reader.u32(), reader.take(32)) if has else None
    reader.finish()
    if (account_id, device_id) != (identity.account_id, identity.device_id):
        raise CryptoError("sender_mismatch")
    check_signature(identity.signing_key, "parley/e2e/v1/signed-prekey", body, signature)
    return Bundle(signed_id, created_at, public, one_time)


def fingerprint(account_id: str, account_key: bytes) -> bytes:
    start = lp("parley/e2e/v1/safety-number") + lp(account_id) + account_key
    value = H(start)
    for _ in range(5_199):
        value = H(value + start)
    return value[:32]


def _digits(value: bytes) -> str:
    return "".join(f"{int.from_bytes(value[at : at + 5], 'big') % 100_000:05}" for at in range(0, 30, 5))


def safety_number(one: bytes, other: bytes) -> str:
    return "".join(sorted((_digits(one), _digits(other))))


def safety_qr(own: bytes, other: bytes) -> str:
    return "PARLEY1:" + base64.b32encode(own + other).decode("ascii").rstrip("=")
