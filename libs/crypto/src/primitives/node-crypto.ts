import type { KeyObject } from 'node:crypto';
import { fromHex, toHex, utf8 } from '../bytes.js';
import type { Primitives } from './port.js';

type NodeCrypto = typeof import('node:crypto');
type Host = { readonly process?: { getBuiltinModule?(name: string): unknown } };

/** Node's own module, asked for at run time: a bundle for browsers has no import of it. */
function moduleOfHost(): NodeCrypto | null {
  const host: Host = globalThis;
  return (host.process?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined) ?? null;
}

/** A Buffer's slices are views; ours must not be. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function providerOf(crypto: NodeCrypto): Primitives {
  const kept = { X25519: new WeakMap<Uint8Array, KeyObject>(), Ed25519: new WeakMap<Uint8Array, KeyObject>() };
  const text = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
  // OpenSSL makes the public half of the secret one, and does not read `x`; making it costs as much as an agreement, so the object is kept.
  const privateOf = (crv: 'X25519' | 'Ed25519', secret: Uint8Array): KeyObject => {
    const known = kept[crv].get(secret);
    if (known !== undefined) return known;
    const made = crypto.createPrivateKey({ key: { kty: 'OKP', crv, d: text(secret), x: text(new Uint8Array(32)) }, format: 'jwk' });
    kept[crv].set(secret, made);
    return made;
  };
  const publicOf = (crv: 'X25519' | 'Ed25519', key: Uint8Array) => crypto.createPublicKey({ key: { kty: 'OKP', crv, x: text(key) }, format: 'jwk' });
  const halfOf = (key: KeyObject) => plain(Buffer.from(crypto.createPublicKey(key).export({ format: 'jwk' }).x!, 'base64url'));
  return {
    name: 'node',
    agreementKeyOf: (secretKey) => Uint8Array.from(halfOf(privateOf('X25519', secretKey))),
    agree: (secretKey, publicKey) => {
      const privateKey = privateOf('X25519', secretKey);
      try {
        return plain(crypto.diffieHellman({ privateKey, publicKey: publicOf('X25519', publicKey) }));
      } catch {
        return new Uint8Array(32); // OpenSSL refuses a result of zeros by itself.
      }
    },
    signingKeyOf: (seed) => Uint8Array.from(halfOf(privateOf('Ed25519', seed))),
    sign: (seed, message) => plain(crypto.sign(null, message, privateOf('Ed25519', seed))),
    verify: (publicKey, message, signature) => {
      try {
        return crypto.verify(null, message, publicOf('Ed25519', publicKey), signature);
      } catch {
        return false; // The key is no point of the curve.
      }
    },
    ...hashesOf(crypto),
    newSha512: () => {
      const hash = crypto.createHash('sha512');
      return { update: (data) => void hash.update(data), digest: () => plain(hash.digest()) };
    },
  };
}

const blockBytes = 128;
const digestBytes = 64;

/**
 * SHA-512 and, made of it, HMAC (RFC 2104). One call for a hash, and its digest as a string of bytes: no object of OpenSSL's is made, which takes two thirds
 * of the time of `createHmac` and leaves the garbage collector less to do.
 */
function hashesOf(crypto: NodeCrypto): Pick<Primitives, 'sha512' | 'hmacSha512'> {
  const into = (target: Uint8Array, at: number, data: Uint8Array): Uint8Array => {
    const digest = crypto.hash('sha512', data, 'binary');
    for (let i = 0; i < digestBytes; i++) target[at + i] = digest.charCodeAt(i);
    return target;
  };
  const sha512 = (data: Uint8Array) => into(new Uint8Array(digestBytes), 0, data);
  // Kept between calls: arrays over 64 bytes are dear to make.
  const outer = new Uint8Array(blockBytes + digestBytes);
  const roomy = new Uint8Array(blockBytes + 512);
  const hmacSha512 = (key: Uint8Array, data: Uint8Array): Uint8Array => {
    const short = key.length > blockBytes ? sha512(key) : key;
    const length = blockBytes + data.length;
    const inner = length > roomy.length ? new Uint8Array(length) : roomy.subarray(0, length);
    inner.fill(0x36, short.length, blockBytes);
    outer.fill(0x5c, short.length, blockBytes);
    for (let i = 0; i < short.length; i++) {
      inner[i] = short[i]! ^ 0x36;
      outer[i] = short[i]! ^ 0x5c;
    }
    inner.set(data, blockBytes);
    return sha512(into(outer, blockBytes, inner));
  };
  return { sha512, hmacSha512 };
}

/** Known answers of RFC 7748 section 6.1, RFC 8032 section 7.1 (test 1) and FIPS 180-4, before anything is built on it. */
function answersRight(provider: Primitives): boolean {
  const secretKey = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')!;
  const bobsKey = fromHex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f')!;
  const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60')!;
  const signature = provider.sign(seed, new Uint8Array(0));
  return (
    toHex(provider.agreementKeyOf(secretKey)) === '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a' &&
    toHex(provider.agree(secretKey, bobsKey)) === '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742' &&
    toHex(provider.signingKeyOf(seed)) === 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' &&
    toHex(signature.subarray(0, 8)) === 'e5564300c360ac72' &&
    provider.verify(provider.signingKeyOf(seed), new Uint8Array(0), signature) &&
    toHex(provider.sha512(utf8('abc')).subarray(0, 8)) === 'ddaf35a193617aba'
  );
}

/** Node's primitives where the host is Node with a working OpenSSL; null anywhere else. */
export function nodePrimitives(): Primitives | null {
  try {
    const crypto = moduleOfHost();
    const provider = crypto === null ? null : providerOf(crypto);
    return provider !== null && answersRight(provider) ? provider : null;
  } catch {
    return null; // A build of OpenSSL without these curves.
  }
}
