import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export type SelfSigned = {
  /** PEM */
  readonly cert: string
  /** PEM */
  readonly key: string
}

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(content.length)]), content])
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

const sequence = (...parts: readonly Buffer[]) => tlv(0x30, ...parts)
const set = (...parts: readonly Buffer[]) => tlv(0x31, ...parts)
const integer = (bytes: Buffer) => tlv(0x02, bytes)
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const octets = (content: Buffer) => tlv(0x04, content)
const bits = (content: Buffer) => tlv(0x03, Buffer.of(0), content)
const utf8 = (text: string) => tlv(0x0c, Buffer.from(text))
const explicit = (number: number, content: Buffer) => tlv(0xa0 + number, content)
const utcTime = (ms: number) =>
  tlv(0x17, Buffer.from(new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '').slice(2)))

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
const COMMON_NAME = oid('550403')
const SUBJECT_ALT_NAME = oid('551d11')
const DAY_MS = 86_400_000

/** dNSName is [2], iPAddress is [7]. @see RFC 5280 §4.2.1.6 */
function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : tlv(0x82, Buffer.from(host)),
  )
  return sequence(SUBJECT_ALT_NAME, octets(sequence(...names)))
}

/** A certificate of an hour ago until tomorrow for host names and IPv4 addresses, with its key. @see RFC 5280 §4.1 */
export function selfSignedCertificate(hosts: readonly string[]): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(COMMON_NAME, utf8(hosts[0] ?? 'test'))))
  const now = Date.now()
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime(now - DAY_MS / 24), utcTime(now + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(alternativeNames(hosts))),
  )
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, bits(sign('sha256', toBeSigned, privateKey)))
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}
