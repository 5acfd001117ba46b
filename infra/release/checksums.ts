import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const SUMS = 'SHA256SUMS'

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** As `sha256sum --binary` writes them: a line a file, in order. */
export const checksums = (folder: string, names: readonly string[]): string =>
  [...names]
    .sort()
    .map((name) => `${sha256(join(folder, name))} *${name}\n`)
    .join('')

/** A plain name: one with a path would have another file checked than the one that is deployed. */
const LINE = /^([\da-f]{64}) [ *]([\w.-]+)$/

/** What is wrong with a folder of downloaded files; empty: each is as it was released, and all are there. */
export function checksumFaults(folder: string): string[] {
  const names = readdirSync(folder)
  if (!names.includes(SUMS)) return [`${SUMS} is missing: download it with the other files of the release.`]
  const rows = readFileSync(join(folder, SUMS), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  const sums = new Map<string, string>()
  const faults = rows.flatMap((row) => {
    const [, sum, name] = LINE.exec(row) ?? []
    if (sum === undefined || name === undefined) return [`${SUMS} has a line that is none: download it again.`]
    if (sums.has(name)) return [`${SUMS} names ${name} twice: download it again.`]
    sums.set(name, sum)
    return []
  })
  if (sums.size === 0) return [...faults, `${SUMS} names no file: download it again.`]
  for (const [name, sum] of sums) {
    if (!names.includes(name)) faults.push(`${name} is missing: download it with the other files of the release.`)
    else if (sha256(join(folder, name)) !== sum)
      faults.push(`${name} is not what was released: do not deploy it. Delete it and download it again.`)
  }
  for (const name of names)
    if (name !== SUMS && !sums.has(name)) faults.push(`${name} is no part of the release: take it out of the folder.`)
  return faults
}
