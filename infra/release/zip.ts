import { crc32 } from 'node:zlib'
import { deflateSync } from 'fflate'

export type ZipEntry = { readonly name: string; readonly bytes: Uint8Array }

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
/** Version 2.0, which is what deflate needs; made on Unix, so that the mode below counts. */
const NEEDS = 20
const MADE_BY = (3 << 8) | NEEDS
const UTF8 = 0x0800
const DEFLATED = 8
/** A plain file that its owner may write and all may read, whatever the umask of who built it. */
const MODE = 0o100644

/** Date and time of MS-DOS in UTC: two seconds fine, from 1980 on. */
function dosTime(seconds: number): { readonly date: number; readonly time: number } {
  const at = new Date(Math.max(seconds, Date.UTC(1980, 0, 1) / 1000) * 1000)
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  }
}

function words(...parts: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const all = Buffer.alloc(parts.reduce((sum, [, bytes]) => sum + bytes, 0))
  let at = 0
  for (const [value, bytes] of parts) at = all.writeUIntLE(value, at, bytes)
  return all
}

/**
 * A zip whose bytes depend on names, contents and the date alone: entries in the order of their code units, no field of a
 * user, a time zone or a system. Compressed in JavaScript, as zlib's output differs between processors.
 * @param seconds since 1970, of every entry
 * @throws Error for two entries of one name, of which each program takes another
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT §4.3
 */
export function zip(entries: readonly ZipEntry[], seconds: number): Buffer {
  const { date, time } = dosTime(seconds)
  const names = new Set(entries.map(({ name }) => name.toLowerCase()))
  if (names.size < entries.length)
    throw new Error('Two files of a zip have the same name, but for small and capital letters.')
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of [...entries].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = Buffer.from(name, 'utf8')
    const packed = deflateSync(bytes, { level: 6 })
    const about = words(
      ...([
        [NEEDS, 2],
        [UTF8, 2],
        [DEFLATED, 2],
        [time, 2],
        [date, 2],
      ] as const),
      ...([
        [crc32(bytes), 4],
        [packed.length, 4],
        [bytes.length, 4],
        [path.length, 2],
        [0, 2],
      ] as const),
    )
    const head = Buffer.concat([words([LOCAL, 4]), about, path])
    files.push(head, Buffer.from(packed))
    const place = words([0, 2], [0, 2], [0, 2], [MODE * 0x10000, 4], [offset, 4])
    directory.push(words([CENTRAL, 4], [MADE_BY, 2]), about, place, path)
    offset += head.length + packed.length
  }
  const index = Buffer.concat(directory)
  const count = entries.length
  const end = words([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [index.length, 4], [offset, 4], [0, 2])
  return Buffer.concat([...files, index, end])
}
