import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { zipSync, type Zippable } from 'fflate'
import type { ServiceConfig } from '../project/schema.ts'

const IGNORE_FILE = '.funcignore'
/** A date that every zip can hold: the same files make the same zip. */
const EPOCH = new Date(Date.UTC(1980, 0, 2))

const ignorerOf = (root: string): Ignore | undefined => {
  const file = join(root, IGNORE_FILE)
  if (!existsSync(file)) return undefined
  return ignore().add(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
}

/**
 * What azd leaves out: `.azure`, the ignore file and local.settings.json always; what `.funcignore` IN THE FOLDER that is
 * zipped names; without one, node_modules, unless remoteBuild is false.
 * @see azd's pkg/project/project_utils.go, createDeployableZip
 */
const isLeftOut = (path: string, isFolder: boolean, ignorer: Ignore | undefined, service: ServiceConfig): boolean => {
  const name = path.split('/').at(-1) ?? ''
  if (isFolder && name === '.azure') return true
  if (!isFolder && (name === IGNORE_FILE || name === 'local.settings.json')) return true
  if (ignorer !== undefined) return ignorer.ignores(isFolder ? `${path}/` : path)
  return isFolder && name === 'node_modules' && service.remoteBuild !== false
}

/** The paths that go into the zip, with `/`, sorted. */
export const filesToZip = (root: string, service: ServiceConfig): string[] => {
  const ignorer = ignorerOf(root)
  const visit = (folder: string): string[] =>
    readdirSync(folder)
      .sort()
      .flatMap((name) => {
        const full = join(folder, name)
        const isFolder = statSync(full).isDirectory()
        const path = relative(root, full).split(sep).join('/')
        if (isLeftOut(path, isFolder, ignorer, service)) return []
        return isFolder ? visit(full) : [path]
      })
  return visit(root)
}

/** By all that goes into them, lightly, as nobody waits for the upload: to press the same files anew takes longer than all else of a deployment here. */
const pressed = new Map<string, Uint8Array>()

/** The zip that azd would upload; equal files make equal bytes. */
export const zipFolder = (root: string, service: ServiceConfig): { zip: Uint8Array; files: readonly string[] } => {
  const files = filesToZip(root, service)
  const content = files.map((file) => [file, readFileSync(join(root, file))] as const)
  const hash = createHash('sha256')
  for (const [file, bytes] of content) hash.update(`${file}\0${bytes.length}\0`).update(bytes)
  const digest = hash.digest('hex')
  const entries: Zippable = Object.fromEntries(content.map(([file, bytes]) => [file, [bytes, { mtime: EPOCH }]]))
  const zip = pressed.get(digest) ?? zipSync(entries, { level: 1 })
  pressed.set(digest, zip)
  return { zip, files }
}
