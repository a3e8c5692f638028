import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** Who gsys is in the system account while nobody is mapped: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth */
export interface SystemKey {
  /** `U…`: what a server is configured with; not secret. */
  publicKey: string;
  /** What proves it, for the nonce that a server greeted with. */
  sign(nonce: string): string;
}

/**
 * An Ed25519 key that follows from the private key of gsys's system identity: whoever holds that has this one too, on
 * any machine, and nothing more is to be kept secret anywhere.
 * @param key PEM
 */
export function systemKey(key: string): SystemKey {
  const identity = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  const seed = createHash('sha256').update('gsys system key\n').update(identity).digest();
  const own = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  return {
    publicKey: encodeUser(rawPublicKey(own)),
    sign: (nonce) => sign(null, Buffer.from(nonce), own).toString('base64url'),
  };
}

/** What stands before the 32 bytes of an Ed25519 key: RFC 8410, section 7. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);
}

/** Prefix of a user's public key, which makes it begin with U: https://github.com/nats-io/nkeys#encoding */
const USER = 20 << 3;

function encodeUser(raw: Buffer): string {
  const body = Buffer.concat([Buffer.from([USER]), raw]);
  const check = Buffer.alloc(2);
  check.writeUInt16LE(crc16(body));
  return base32(Buffer.concat([body, check]));
}

/** CRC-16/XMODEM. */
function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
