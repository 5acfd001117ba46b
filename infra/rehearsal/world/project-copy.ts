import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LINKS = ['node_modules', '.infra-check']

/** Tracked and new files, as a commit of now would have them, but for those that are deleted and not yet committed. */
const filesOf = (project: string): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((name) => name !== '' && !name.startsWith('test/browser/screenshots/') && existsSync(join(project, name)))

/** `made` are folders that are there: asking the system before each file is a fifth of a copy. */
function copyFile(from: string, to: string, made: Set<string>): void {
  if (!made.has(dirname(to))) mkdirSync(dirname(to), { recursive: true })
  made.add(dirname(to))
  copyFileSync(from, to)
  // npm installs again what its lock file is newer than; these packages are those of the lock file.
  if (basename(from) === 'package-lock.json') utimesSync(to, 0, 0)
}

function stateOf(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found ? `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}` : ''
}

export type ProjectCopy = {
  readonly dir: string
  /** Makes it as a fresh clone is, whatever was done there: only what is not so already is copied, or taken away. */
  readonly renew: () => void
  /** While it runs, the clone is as before `npm ci`. */
  readonly withoutPackages: (work: () => Promise<void>) => Promise<void>
  readonly remove: () => void
}

function createRenewal(project: string, dir: string): () => void {
  /** Of each file, and of the one that it is a copy of, how both were after the last renewal. */
  const left = new Map<string, string>()
  const statesOf = (path: string) => `${stateOf(path)} ${stateOf(join(project, relative(dir, path)))}`
  const tidy = (folder: string, known: ReadonlySet<string>): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && known.has(path)) tidy(path, known)
      else if (left.get(path) !== statesOf(path)) rmSync(path, { recursive: true })
    }
  }
  return () => {
    const paths = new Map(filesOf(project).map((name) => [join(dir, name), name]))
    const folders = new Set<string>()
    for (let path of paths.keys()) while ((path = dirname(path)) !== dir && !folders.has(path)) folders.add(path)
    tidy(dir, folders)
    const made = new Set<string>()
    for (const [path, name] of paths) if (!existsSync(path)) copyFile(join(project, name), path, made)
    for (const name of LINKS) {
      // What nobody has made yet is made: a program that comes upon a link to nothing cannot.
      mkdirSync(join(project, name), { recursive: true })
      if (!existsSync(join(dir, name))) symlinkSync(join(project, name), join(dir, name), 'junction')
    }
    for (const path of [...paths.keys(), ...LINKS.map((name) => join(dir, name))]) left.set(path, statesOf(path))
  }
}

/** A copy of this project as a fresh clone has it, with this one's packages, to deploy from and to break. */
export function copyProject(project = ROOT): ProjectCopy {
  const dir = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  const renew = createRenewal(project, dir)
  renew()
  const packages = join(dir, 'node_modules')
  const away = `${dir}-packages`
  return {
    dir,
    renew,
    withoutPackages: async (work) => {
      renameSync(packages, away)
      await work().finally(() => renameSync(away, packages))
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
