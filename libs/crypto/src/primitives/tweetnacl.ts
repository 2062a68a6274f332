import nacl from 'tweetnacl';
import { hmacSha512, newSha512, sha512 } from '../hash.js';
import type { Primitives } from './port.js';

/** The reference, which runs everywhere. */
export const tweetnaclPrimitives: Primitives = {
  name: 'tweetnacl',
  agreementKeyOf: (secretKey) => nacl.scalarMult.base(secretKey),
  agree: (secretKey, publicKey) => nacl.scalarMult(secretKey, publicKey),
  signingKeyOf: (seed) => nacl.sign.keyPair.fromSeed(seed).publicKey,
  // From the seed every time: a signature under a public key that is not the seed's would give the secret away.
  sign: (seed, message) => nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey),
  verify: (publicKey, message, signature) => nacl.sign.detached.verify(message, signature, publicKey),
  sha512,
  newSha512,
  hmacSha512,
};
