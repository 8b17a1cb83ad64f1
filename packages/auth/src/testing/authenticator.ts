import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

export interface AuthenticatorOptions {
  origin: string;
  /** Whether it asked its owner for a PIN or a fingerprint. */
  verifiesUser?: boolean;
}

interface CreationOptions {
  challenge: string;
  rp: { id?: string };
}

interface RequestOptions {
  challenge: string;
  rpId?: string;
}

/** A passkey in software (WebAuthn level 2, ES256, no attestation), for one relying party. */
export function createAuthenticator({ origin, verifiesUser = true }: AuthenticatorOptions) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  let counter = 0;

  function authenticatorData(rpId: string, flags: number, credential = Buffer.alloc(0)): Buffer {
    counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const seen = USER_PRESENT | (verifiesUser ? USER_VERIFIED : 0) | flags;
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([seen]), count, credential]);
  }

  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

  return {
    /** `navigator.credentials.create` */
    create({ challenge, rp }: CreationOptions) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      // RFC 9052: {kty: EC2, alg: ES256, crv: P-256, x, y}
      const coseKey = cbor({
        entries: [
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ],
      });
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey]);
      const authData = authenticatorData(rp.id ?? '', HAS_CREDENTIAL, credential);
      const attestationObject = cbor({
        entries: [
          ['fmt', 'none'],
          ['attStmt', { entries: [] }],
          ['authData', authData],
        ],
      });
      return response(id, {
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      });
    },

    /** `navigator.credentials.get` */
    get({ challenge, rpId = '' }: RequestOptions) {
      const data = authenticatorData(rpId, 0);
      const clientDataJSON = clientData('webauthn.get', challenge);
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(clientDataJSON)]))
        .sign(privateKey);
      return response(id, {
        clientDataJSON: clientDataJSON.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      });
    },
  };
}

function response(id: Buffer, fields: object) {
  const text = id.toString('base64url');
  return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {}, response: fields };
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

type CborValue = number | string | Buffer | CborMap;
interface CborMap {
  entries: readonly (readonly [number | string, CborValue])[];
}

/** The little of RFC 8949 that WebAuthn needs. */
function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === 'string') return Buffer.concat([cborHead(3, value.length), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value]);
  const parts = value.entries.flatMap(([key, item]) => [cbor(key), cbor(item)]);
  return Buffer.concat([cborHead(5, value.entries.length), ...parts]);
}

function cborHead(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 256) return Buffer.from([type | 24, length]);
  return Buffer.from([type | 25, length >> 8, length & 0xff]);
}
