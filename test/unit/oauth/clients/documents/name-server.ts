import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { isIPv6 } from 'node:net'

/** Addresses of a name; none for a family is NODATA. A word: what the server does instead. */
export type Zone = Readonly<Record<string, readonly string[] | 'silent' | 'nxdomain' | 'servfail' | 'only-A'>>

export type NameServer = {
  /** As `Resolver.setServers` takes it. */
  readonly address: string
  /** Names that were asked for, one for each question. */
  readonly asked: string[]
  /** Resolves once what was asked fulfils it. */
  readonly until: (isEnough: () => boolean) => Promise<void>
  /** Questions to which no answer came or will come. */
  readonly unanswered: () => number
  readonly close: () => Promise<void>
}

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' }
const RCODES = { nxdomain: 3, servfail: 2 } as const

/** A real name server on loopback. A name that the zone does not hold is met with silence, as a stranger's may be. */
export async function startNameServer(zone: Zone = {}): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  let unanswered = 0
  const heard = new EventEmitter()
  socket.on('message', (query, from) => {
    const { name, type, end } = question(query)
    asked.push(name)
    const known = zone[name] ?? 'silent'
    const silent = known === 'silent' || (known === 'only-A' && type !== 'A')
    if (silent) unanswered += 1
    else socket.send(answer(query.subarray(0, end), type, known === 'only-A' ? ['203.0.113.7'] : known), from.port)
    heard.emit('question')
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    until: async (isEnough) => {
      while (!isEnough()) await once(heard, 'question')
    },
    unanswered: () => unanswered,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc1035#section-4.1.2 */
function question(query: Buffer): { name: string; type: 'A' | 'AAAA' | undefined; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: TYPES[query.readUInt16BE(at + 1)], end: at + 5 }
}

function answer(
  query: Buffer,
  type: 'A' | 'AAAA' | undefined,
  known: readonly string[] | 'nxdomain' | 'servfail',
): Buffer {
  const addresses = typeof known === 'string' ? [] : known.filter((one) => isIPv6(one) === (type === 'AAAA'))
  const head = Buffer.from(query)
  head.writeUInt16BE(0x8180 | (typeof known === 'string' ? RCODES[known] : 0), 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt32BE(0, 8)
  return Buffer.concat([head, ...addresses.map(record)])
}

function record(address: string): Buffer {
  const data = isIPv6(address) ? bytesOfIPv6(address) : Buffer.from(address.split('.').map(Number))
  const fixed = Buffer.from([0xc0, 12, 0, isIPv6(address) ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, data.length])
  return Buffer.concat([fixed, data])
}

/** Of the full form or with one `::`. */
function bytesOfIPv6(address: string): Buffer {
  const [before = '', after] = address.split('::')
  const words = (text = '') => text.split(':').filter(Boolean)
  const zeros = Array.from({ length: 8 - words(before).length - words(after).length }, () => '0')
  const all = [...words(before), ...zeros, ...words(after)]
  return Buffer.concat(all.map((word) => Buffer.from(word.padStart(4, '0'), 'hex')))
}
