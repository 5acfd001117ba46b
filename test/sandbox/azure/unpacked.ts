import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { unzipSync } from 'fflate'

function unzip(zip: Uint8Array, folder: string): void {
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    const target = resolve(folder, name)
    if (!target.startsWith(folder + sep)) throw new Error(`the package names a file outside: ${name}`)
    mkdirSync(name.endsWith('/') ? target : dirname(target), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(target, content)
  }
}

const folders = new Map<string, string>()

/**
 * The folder with the files of a package, there until this process ends: one for all that are deployed from the same
 * bytes, which have no right to write to it, so that Node finds there what it has compiled.
 * @see https://learn.microsoft.com/azure/azure-functions/run-functions-from-deployment-package: wwwroot is read-only
 * @throws Error for an entry that would leave the folder
 */
export function unpacked(zip: Uint8Array): string {
  const digest = createHash('sha256').update(zip).digest('hex')
  const known = folders.get(digest)
  if (known !== undefined) return known
  const folder = mkdtempSync(join(tmpdir(), 'site-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  unzip(zip, folder)
  folders.set(digest, folder)
  return folder
}
