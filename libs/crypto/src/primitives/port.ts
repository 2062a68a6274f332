export interface StreamHash {
  update(data: Uint8Array): void;
  /** 64 bytes of SHA-512, 32 of SHA-256; the hash is at its end then, and throws when it is used further. */
  digest(): Uint8Array;
}

/**
 * The primitives that a host may do faster than tweetnacl. Whatever provides them answers byte for byte the same; arguments have been checked for
 * their lengths before. Keys are not changed by anybody once they were handed over: a provider may keep what it made of them.
 */
export interface Primitives {
  readonly name: 'tweetnacl' | 'node';
  /** The X25519 public key of a secret key. */
  agreementKeyOf(secretKey: Uint8Array): Uint8Array;
  /** X25519 as RFC 7748 says it; 32 zeros where the public key is of low order. */
  agree(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** The Ed25519 public key of a seed. */
  signingKeyOf(seed: Uint8Array): Uint8Array;
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** Whether [S]B = R + [k]A for the bytes of R; `isSignature` asks it only for what is canonical. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  sha512(data: Uint8Array): Uint8Array;
  /** SHA-512 of what streams by. */
  newSha512(): StreamHash;
  hmacSha512(key: Uint8Array, data: Uint8Array): Uint8Array;
}
