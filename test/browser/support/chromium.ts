import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe } from '@jest/globals'
import { type Browser, chromium } from 'playwright-core'

/** First Chromium without windows: the same engine, at less than half the work for each page that is opened. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--in-process-gpu',
  '--renderer-process-limit=1',
  '--disable-site-isolation-trials',
  '--disable-extensions',
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

/** A suite in real Chromium; where none is installed it says that it was left out, and why. */
export function describeInChromium(name: string, suite: (executablePath: string) => void): void {
  const path = findChromium()
  if (path === undefined) {
    process.stderr.write(`LEFT OUT: "${name}" needs a browser, and PATH has none of ${NAMES.join(', ')}\n`)
    describe.skip(name, () => suite(''))
  } else {
    describe(name, () => suite(path))
  }
}

/**
 * Starts Chromium with a profile of its own. `hosts` are served by `address`; any other name but localhost is unknown
 * to it, so that nothing leaves the machine.
 */
export function launchChromium(executablePath: string, hosts: readonly string[], address: string): Promise<Browser> {
  const rules = ['EXCLUDE 127.0.0.1', 'EXCLUDE localhost', ...hosts.map((host) => `MAP ${host} ${address}`)]
  return chromium.launch({
    executablePath,
    args: [...ARGS, `--host-resolver-rules=${[...rules, 'MAP * ~NOTFOUND'].join(', ')}`],
  })
}
