"""Holds this implementation against the vectors: `python3 -m parley_e2e.check ../vectors/v1.json`."""

import json
import sys

from . import account, attachment, errors, key_log, message, primitives, session
from .errors import CryptoError
from .primitives import H


class Tally:
    def __init__(self):
        self.passed, self.failed = 0, []

    def same(self, name: str, got, wanted) -> None:
        if got == wanted:
            self.passed += 1
        else:
            self.failed.append(f"{name}: {str(got)[:200]} instead of {str(wanted)[:200]}")

    def code(self, name: str, work, wanted: str) -> None:
        try:
            work()
        except CryptoError as error:
            return self.same(name, error.code, wanted)
        self.failed.append(f"{name}: taken, {wanted} expected")


def drawn(text: str):
    """The random bytes that a vector says were drawn."""
    left = bytearray.fromhex(text)

    def random(count: int) -> bytes:
        assert len(left) >= count, "more was drawn than the vector says"
        taken = bytes(left[:count])
        del left[:count]
        return taken

    return random


def check_primitives(tally: Tally, vectors: dict) -> None:
    given = vectors["hkdf"]
    tally.same("HKDF", primitives.hkdf(bytes.fromhex(given["secret"]), bytes.fromhex(given["salt"]), given["info"].encode()).hex(), given["okm"])
    tally.same("errors", list(errors.CODES), vectors["errors"])
    for one in vectors["strict"]["signatures"]:
        tally.same(one["name"], primitives.is_signature(*(bytes.fromhex(one[field]) for field in ("publicKey", "message", "signature"))), one["valid"])
    for one in vectors["strict"]["lowOrder"]:
        tally.code(one["publicKey"], lambda: primitives.dh(b"\x01" * 32, bytes.fromhex(one["publicKey"])), one["code"])


def owns(tally: Tally, vectors: dict) -> tuple[dict, dict]:
    """The devices by their ids, each made out of its secrets and held against its public bytes; and the same as the vectors say them."""
    found, said = {}, {}
    for one in vectors["accounts"]:
        listed = account.open_list(bytes.fromhex(one["list"]))
        tally.same("account key", primitives.signing_key(bytes.fromhex(one["accountSeed"])).hex(), one["accountKey"])
        devices = [account.new_device(one["accountId"], d["deviceId"], bytes.fromhex(d["signingSeed"]), bytes.fromhex(d["agreementSecret"])) for d in one["devices"]]
        signed = account.sign_list(bytes.fromhex(one["accountSeed"]), one["accountId"], 1, bytes(64), listed.issued_at, devices)
        tally.same("device list", signed.hex(), one["list"])
        for device in one["devices"]:
            identity = account.identity_in(listed, device["deviceId"])
            prekey, one_time = device["signedPrekey"], device["oneTimePrekeys"]
            public = primitives.agreement_key(bytes.fromhex(prekey["secret"]))
            first = (one_time[0]["id"], primitives.agreement_key(bytes.fromhex(one_time[0]["secret"])))
            bundle = account.sign_bundle(one["accountId"], device["deviceId"], bytes.fromhex(device["signingSeed"]), prekey["id"], prekey["createdAt"], public, first)
            tally.same("bundle", bundle.hex(), device["bundle"])
            tally.same("bundle opened", account.open_bundle(bundle, identity).one_time, first)
            held = session.decode_prekeys(bytes.fromhex(device["prekeys"]))
            tally.same("prekeys", session.encode_prekeys(*held).hex(), device["prekeys"])
            tally.same("retired", held[1][1], (prekey["id"], bytes.fromhex(prekey["secret"]), prekey["createdAt"], prekey["createdAt"] + 7 * 86_400_000))
            secrets = {prekey["id"]: bytes.fromhex(prekey["secret"])}
            found[device["deviceId"]] = session.Own(identity, bytes.fromhex(device["agreementSecret"]), secrets, {o["id"]: bytes.fromhex(o["secret"]) for o in one_time})
            said[device["deviceId"]] = device
    return found, said


def check_account(tally: Tally, vectors: dict, found: dict, said: dict) -> None:
    bakery, lists, bundles = vectors["accounts"][0], vectors["deviceList"], vectors["bundle"]
    data = bytes.fromhex(bakery["list"])
    tally.same("list hash", H(data).hex(), lists["hash"])
    following = lists["next"]
    kept = next(device for device in account.open_list(data).devices if device.device_id == following["kept"])
    added = account.new_device("bakery", following["added"]["deviceId"], bytes.fromhex(following["added"]["signingSeed"]), bytes.fromhex(following["added"]["agreementSecret"]))
    signed = account.sign_list(bytes.fromhex(bakery["accountSeed"]), "bakery", 2, H(data), following["issuedAt"], [kept, added])
    tally.same("next list", signed.hex(), following["list"])
    tally.same("next list followed", account.follow_list(data, signed).version, following["version"])
    for one in lists["refused"]:
        tally.code(one["name"], lambda: account.open_list(bytes.fromhex(one["list"])), one["code"])
    for one in lists["notFollowing"]:
        tally.code(one["name"], lambda: account.follow_list(data, bytes.fromhex(one["list"])), one["code"])
    identity = found[bundles["device"]].identity
    tally.same("bundle without", account.open_bundle(bytes.fromhex(bundles["withoutOneTime"]), identity).one_time, None)
    for one in bundles["refused"]:
        tally.code(one["name"], lambda: account.open_bundle(bytes.fromhex(one["bundle"]), identity), one["code"])
    ends = [found["gateway"].identity, found["laptop"].identity]
    prints = [account.fingerprint(end.account_id, end.account_key) for end in ends]
    tally.same("fingerprints", [one.hex() for one in prints], vectors["safety"]["fingerprints"])
    tally.same("safety number", account.safety_number(*prints), vectors["safety"]["number"])
    tally.same("safety codes", [account.safety_qr(*prints), account.safety_qr(*reversed(prints))], [vectors["safety"]["shownByFirst"], vectors["safety"]["shownBySecond"]])


class Conversation:
    def __init__(self, tally: Tally, found: dict):
        self.tally, self.found, self.sessions, self.envelopes = tally, dict(found), {}, {}

    def held(self, owner: str, peer: str) -> tuple:
        return self.sessions.get((owner, peer), ())

    def keep(self, name: str, owner: str, peer: str, sessions: tuple, wanted: str) -> None:
        self.sessions[owner, peer] = session.decode_sessions(session.encode_sessions(sessions))
        self.tally.same(f"{name}: state", session.encode_sessions(sessions).hex(), wanted)

    def run(self, at: int, step: dict) -> None:
        name = f"step {at}, {step['step']} {step.get('name', step.get('messageId', ''))}"
        getattr(self, step["step"])(name, step)

    def begin(self, name: str, step: dict) -> None:
        begun = session.begin(self.found[step["from"]], self.found[step["to"]].identity, bytes.fromhex(step["bundle"]), drawn(step["random"]))
        self.tally.same(name, begun.id.hex(), step["sessionId"])
        self.keep(name, step["from"], step["to"], session.with_active(self.held(step["from"], step["to"]), begun), step["sessions"])

    def seal(self, name: str, step: dict) -> None:
        sender, last_seen = step["from"], step["lastSeen"]
        recipients = [(self.held(sender, peer)[0], step["listVersion"]) for peer in step["to"]]
        seen = None if last_seen is None else bytes.fromhex(last_seen)
        envelope, digest, after = message.seal(self.found[sender], step["binding"], step["body"], seen, recipients, drawn(step["random"]))
        self.tally.same(name, envelope.hex(), step["envelope"])
        self.tally.same(f"{name}: hash", digest.hex(), step["contentHash"])
        self.envelopes[step["binding"]["messageId"]] = envelope
        for peer, one, wanted in zip(step["to"], after, step["sessions"]):
            self.keep(name, sender, peer, session.with_updated(self.held(sender, peer), one), wanted)

    def open(self, name: str, step: dict) -> None:
        own, sender = self.found[step["to"]], self.found[step["from"]].identity
        content, sessions = message.open_message(self.envelopes[step["messageId"]], own, sender, self.held(step["to"], step["from"]), {})
        seen = content["lastSeen"]
        got = content["body"], None if seen is None else seen.hex(), content["contentHash"].hex(), content["usedOneTimePrekey"]
        self.tally.same(name, got, (step["body"], step["lastSeen"], step["contentHash"], step["usedOneTimePrekey"]))
        own.one_time.pop(content["usedOneTimePrekey"], None)
        self.keep(name, step["to"], step["from"], sessions, step["sessions"])

    def refuse(self, name: str, step: dict) -> None:
        own, sender = self.found[step["to"]], self.found[step["from"]].identity
        held = self.held(step["to"], step["from"])
        self.tally.code(name, lambda: message.open_message(bytes.fromhex(step["envelope"]), own, sender, held, step["expected"]), step["code"])

    def forget(self, _name: str, step: dict) -> None:
        self.sessions.pop((step["owner"], step["peer"]))


def check_states(tally: Tally, vectors: dict) -> None:
    states = vectors["sessionState"]
    tally.same("longest session", session.MOST_SESSION, states["maxSessionBytes"])
    data = bytes.fromhex(states["sessions"])
    tally.same("state", session.encode_sessions(session.decode_sessions(data)), data)
    for one in states["refused"]:
        tally.code(one["name"], lambda: session.decode_sessions(bytes.fromhex(one["sessions"]).ljust(one["bytes"], b"\x00")), one["code"])


def check_attachments(tally: Tally, vectors: dict) -> None:
    def plain(length: int) -> bytes:
        return bytes(7 * i & 255 for i in range(length))

    sealed = {}
    for one in vectors["attachment"]["sealed"]:
        file, said = attachment.seal_file(plain(one["length"]), drawn(one["random"]))
        tally.same("attachment", (said["key"].hex(), said["hash"].hex(), len(file)), (one["key"], one["hash"], one["bytes"]))
        tally.same("attachment bytes", one.get("file", file.hex()), file.hex())
        tally.same("attachment opened", attachment.open_file(file, said["key"], said["hash"], one["length"]), plain(one["length"]))
        sealed[one["length"]] = file, said
    file, said = sealed[2 * attachment.CHUNK + 1]
    chunk = attachment.CHUNK + 16
    chunks = [file[49 + i * chunk : 49 + (i + 1) * chunk] for i in range(3)]
    changed = {
        "two chunks swapped": file[:49] + chunks[1] + chunks[0] + chunks[2],
        "the last chunk missing": file[: 49 + 2 * chunk],
        "a byte of a chunk changed": file[:70_000] + bytes([file[70_000] ^ 1]) + file[70_001:],
        "a byte more": file + b"\x00",
        "the first chunk as the whole file": file[: 49 + chunk],
        "version 2": b"\x02" + file[1:],
    }
    for one in vectors["attachment"]["refused"]:
        tally.same(one["name"], H(changed[one["name"]]).hex(), one["hash"])
        tally.code(one["name"], lambda: attachment.open_file(changed[one["name"]], said["key"], said["hash"], one["length"]), one["code"])


def check_log(tally: Tally, vectors: dict) -> None:
    log = vectors["keyLog"]
    lists, seed, key = [bytes.fromhex(one) for one in log["lists"]], bytes.fromhex(log["logSeed"]), bytes.fromhex(log["logKey"])
    start = account.open_list(lists[0]).issued_at
    entries = [key_log.encode_entry(account.open_list(one), H(one), start + at) for at, one in enumerate(lists)]
    tally.same("entries", [one.hex() for one in entries], log["entries"])
    leaves = [key_log.leaf(one) for one in entries]
    roots = [key_log.root(leaves[:size]) for size in range(len(leaves) + 1)]
    tally.same("roots", [one.hex() for one in roots], log["roots"])
    signed = [key_log.sign_head(seed, log["logId"], size, one, start + size) for size, one in enumerate(roots)]
    tally.same("heads", [one.hex() for one in signed], log["heads"])
    heads = [key_log.open_head(one, key) for one in signed]
    for one in log["inclusion"]:
        index, proof = one["index"], bytes.fromhex(one["proof"])
        tally.same("inclusion", key_log.encode_proof(index, one["size"], key_log.inclusion_path(index, leaves)), proof)
        tally.same("logged", key_log.check_logged(lists[index], entries[index], proof, heads[one["size"]]).version, 1)
    for one in log["consistency"]:
        older, proof = one["older"], bytes.fromhex(one["proof"])
        tally.same("consistency", key_log.encode_proof(older, one["size"], key_log.consistency_path(older, leaves)), proof)
        tally.same("followed", key_log.follow_head(heads[older], heads[one["size"]], proof), None)
    for one in log["refused"]:
        tally.code(one["name"], lambda: key_log.check_logged(lists[one["list"]], entries[one["entry"]], bytes.fromhex(one["proof"]), heads[7]), one["code"])


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    tally = Tally()
    check_primitives(tally, vectors)
    found, said = owns(tally, vectors)
    check_account(tally, vectors, found, said)
    conversation = Conversation(tally, found)
    for at, step in enumerate(vectors["conversation"]):
        conversation.run(at, step)
    check_states(tally, vectors)
    check_attachments(tally, vectors)
    check_log(tally, vectors)
    print(json.dumps({"passed": tally.passed, "failed": tally.failed}))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
