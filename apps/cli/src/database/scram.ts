import { concat, hmacSha256, sha256, toBase64, utf8 } from '@parley/crypto';

const iterations = 4_096;
const oneBlock = Uint8Array.of(0, 0, 0, 1);

/**
 * What PostgreSQL keeps of a password (RFC 5802, 7677): it can check the password by it, and nobody can log in with it. So no password comes
 * to the server, into its log or onto a screen in clear. `password`: ASCII.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = saltedPassword(utf8(password), salt);
  const storedKey = sha256(hmacSha256(salted, 'Client Key'));
  const serverKey = hmacSha256(salted, 'Server Key');
  return `SCRAM-SHA-256$${iterations}:${toBase64(salt)}$${toBase64(storedKey)}:${toBase64(serverKey)}`;
}

/** PBKDF2 with HMAC-SHA-256, one block. */
function saltedPassword(password: Uint8Array, salt: Uint8Array): Uint8Array {
  let round = hmacSha256(password, concat(salt, oneBlock));
  const sum = round.slice();
  for (let done = 1; done < iterations; done += 1) {
    round = hmacSha256(password, round);
    for (let index = 0; index < sum.length; index += 1) sum[index]! ^= round[index]!;
  }
  return sum;
}
