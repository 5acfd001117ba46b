import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Tracked and new files, as a commit of now would have them. */
const files = (): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((name) => name !== '' && !name.startsWith('test/browser/screenshots/'))

const copyFile = (name: string, target: string): void => {
  const to = join(target, name)
  mkdirSync(dirname(to), { recursive: true })
  try {
    copyFileSync(join(ROOT, name), to)
  } catch (error) {
    // Deleted and not yet committed.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

export type ProjectCopy = {
  readonly dir: string
  /** While it runs, the clone is as before `npm ci`. */
  readonly withoutPackages: (work: () => Promise<void>) => Promise<void>
  readonly remove: () => void
}

/** A copy of this project as a fresh clone has it, with this one's packages, to deploy from and to break. */
export function copyProject(): ProjectCopy {
  const dir = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  for (const name of files()) copyFile(name, dir)
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'), 'junction')
  symlinkSync(join(ROOT, '.infra-check'), join(dir, '.infra-check'), 'junction')
  // npm installs again what its lock file is newer than; these packages are those of the lock file.
  const longAgo = new Date(0)
  utimesSync(join(dir, 'package-lock.json'), longAgo, longAgo)
  const packages = join(dir, 'node_modules')
  const away = `${dir}-packages`
  return {
    dir,
    withoutPackages: async (work) => {
      renameSync(packages, away)
      await work().finally(() => renameSync(away, packages))
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
