"""One end of a conversation between two processes: a JSON command per line comes in, a JSON answer per line goes out."""

import json
import os
import sys

from . import account, key_log, message, session
from .errors import CryptoError
from .primitives import agreement_key


class End:
    def __init__(self):
        self.own = self.peer = self.bundle = self.last_seen = None
        self.sessions = ()

    def register(self, accountId: str, deviceId: str, now: int) -> dict:
        """An account with one device, and a bundle of it."""
        account_seed, seed, secret, signed, one_time = (os.urandom(32) for _ in range(5))
        listed = account.sign_list(account_seed, accountId, 1, bytes(64), now, [account.new_device(accountId, deviceId, seed, secret)])
        identity = account.identity_in(account.open_list(listed), deviceId)
        self.own = session.Own(identity, secret, {1: signed}, {2: one_time})
        bundle = account.sign_bundle(accountId, deviceId, seed, 1, now, agreement_key(signed), (2, agreement_key(one_time)))
        return {"list": listed.hex(), "bundle": bundle.hex()}

    def meet(self, list: str, deviceId: str) -> dict:
        self.peer = account.identity_in(account.open_list(bytes.fromhex(list)), deviceId)
        prints = [account.fingerprint(end.account_id, end.account_key) for end in (self.own.identity, self.peer)]
        return {"number": account.safety_number(*prints)}

    def begin(self, bundle: str) -> dict:
        self.sessions = session.with_active(self.sessions, session.begin(self.own, self.peer, bytes.fromhex(bundle), os.urandom))
        return {}

    def seal(self, binding: dict, body: dict) -> dict:
        envelope, digest, after = message.seal(self.own, binding, body, self.last_seen, [(self.sessions[0], 1)], os.urandom)
        self.sessions = session.with_updated(self.sessions, after[0])
        return {"envelope": envelope.hex(), "contentHash": digest.hex()}

    def open(self, envelope: str) -> dict:
        content, self.sessions = message.open_message(bytes.fromhex(envelope), self.own, self.peer, self.sessions, {})
        self.own.one_time.pop(content["usedOneTimePrekey"], None)
        self.last_seen = content["contentHash"]
        return {"body": content["body"], "lastSeen": content["lastSeen"] and content["lastSeen"].hex()}

    def restart(self) -> dict:
        """As from a store."""
        self.sessions = session.decode_sessions(session.encode_sessions(self.sessions))
        return {"sessions": session.encode_sessions(self.sessions).hex()}

    def become(self, list: str, deviceId: str, secret: str, signed: dict, oneTime: dict, peerList: str, peerDeviceId: str, sessions: str) -> dict:
        """The end that somebody else was, with all its secrets."""

        def secrets(given: dict) -> dict:
            return {int(key): bytes.fromhex(value) for key, value in given.items()}

        identity = account.identity_in(account.open_list(bytes.fromhex(list)), deviceId)
        self.own = session.Own(identity, bytes.fromhex(secret), secrets(signed), secrets(oneTime))
        self.peer = account.identity_in(account.open_list(bytes.fromhex(peerList)), peerDeviceId)
        self.sessions = session.decode_sessions(bytes.fromhex(sessions))
        return {}

    def judge(self, kind: str, candidates) -> dict:
        """What becomes of each of these bytes: 'taken', or the error's code. Nothing is kept."""
        readers = {
            "message": lambda data: message.open_message(data, self.own, self.peer, self.sessions, {}),
            "list": account.open_list,
            "bundle": lambda data: account.open_bundle(data, self.own.identity),
            "sessions": session.decode_sessions,
            "prekeys": session.decode_prekeys,
            "proof": key_log.decode_proof,
        }

        def became(data: bytes) -> str:
            try:
                readers[kind](data)
            except CryptoError as error:
                return error.code
            return "taken"

        return {"became": [became(bytes.fromhex(candidate)) for candidate in candidates]}


def main() -> None:
    end = End()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(end, command.pop("do"))(**command)
        except CryptoError as error:
            answer = {"code": error.code}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
