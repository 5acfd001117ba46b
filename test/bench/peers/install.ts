import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const LOCK = `${FOLDER}package-lock.json`
const INSTALLED = `${FOLDER}node_modules/.installed-lock.json`

/** Installs the peers beside this project's own packages, without their scripts. @throws Error when npm fails */
export function installPeers(): void {
  if (existsSync(INSTALLED) && readFileSync(INSTALLED).equals(readFileSync(LOCK))) return
  // npm runs by the first Node of the path: by this one, whose version the packages want.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` }
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`npm ci in test/bench/peers ended with ${status ?? 'a signal'}`)
  writeFileSync(INSTALLED, readFileSync(LOCK))
}
