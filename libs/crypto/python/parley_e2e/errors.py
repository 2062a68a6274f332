"""The closed list of errors."""

CODES = (
    "malformed", "unsupported", "too_large", "not_a_recipient", "sender_mismatch", "binding_mismatch", "unknown_session", "unknown_prekey", "duplicate",
    "too_far_ahead", "refused", "weak_key", "bad_signature", "not_successor", "bad_proof", "truncated", "exhausted", "invalid_argument",
)


class CryptoError(Exception):
    def __init__(self, code: str):
        assert code in CODES
        super().__init__(code)
        self.code = code
