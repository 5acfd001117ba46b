import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../', import.meta.url)
const LOCK = new URL('package-lock.json', FOLDER)
/** What was installed, so that a second run need not install it again. */
const INSTALLED = new URL('node_modules/.installed-lock.json', FOLDER)

const isInstalled = (): boolean => existsSync(INSTALLED) && readFileSync(INSTALLED).equals(readFileSync(LOCK))

/** Installs the clients' packages beside this project's own, which stay as they are. @throws Error when npm fails */
export function installPackages(): void {
  if (isInstalled()) return
  // npm runs by the first Node of the path: by this one, whose version the packages want.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` }
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(FOLDER),
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`npm ci in test/clients ended with ${status ?? 'a signal'}`)
  writeFileSync(INSTALLED, readFileSync(LOCK))
}

/** The checks against the packages' own types, which `npm run typecheck` does not have. @throws Error with what is wrong */
export function typecheck(): void {
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', FOLDER))
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', fileURLToPath(FOLDER)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the checks do not fit the packages' types:\n${stdout}`)
}
