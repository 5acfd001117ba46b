import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Core } from './core-stub.ts'

export type LoadedApp = {
  readonly routePrefix: string
  /** Whether the host's own page answers where no route takes "/". */
  readonly homePage: boolean
  /** The library's proxy server, present when the app switched HTTP streams on. */
  readonly streams: URL | undefined
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns the object, an empty one where there is no such file */
function readJson(file: string): Json {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isObject(value)) return value
    throw new TypeError('it holds no object')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${file}: ${String(error)}`, { cause: error })
  }
}

/** The object within that has the name, where there is one. */
function within(value: Json, name: string): Json {
  const { [name]: inner = {} } = value
  if (isObject(inner)) return inner
  throw new TypeError(`${name} is no object`)
}

function textOf(value: Json, name: string, otherwise: string): string {
  const { [name]: text = otherwise } = value
  if (typeof text === 'string') return text
  throw new TypeError(`${name} is no text`)
}

/** Like Core Tools: a value of local.settings.json never replaces one of the environment. */
function applyLocalSettings(appDir: string): void {
  const values = within(readJson(join(appDir, 'local.settings.json')), 'Values')
  for (const [name, value] of Object.entries(values)) process.env[name] ??= String(value)
}

/** A plain name needs no pattern, and so not what Node loads for one at each of some hundred starts. */
function entriesOf(appDir: string, main: string): readonly string[] {
  if (/^[\w./-]+$/.test(main)) return existsSync(join(appDir, main)) ? [main] : []
  return globSync(main, { cwd: appDir, exclude: ['**/node_modules/**'] }).sort()
}

async function importEntries(appDir: string): Promise<void> {
  const main = textOf(readJson(join(appDir, 'package.json')), 'main', 'index.js')
  const files = entriesOf(appDir, main)
  if (files.length === 0) throw new Error(`no entry point matches "main" (${main}) of ${appDir}/package.json`)
  for (const file of files) await import(pathToFileURL(join(appDir, file)).href)
}

/** What the host itself goes by. */
export function hostSettings(
  appDir: string,
  { AzureWebJobsDisableHomepage }: Readonly<Record<string, string | undefined>>,
): Pick<LoadedApp, 'routePrefix' | 'homePage'> {
  const http = within(within(readJson(join(appDir, 'host.json')), 'extensions'), 'http')
  return {
    routePrefix: textOf(http, 'routePrefix', 'api'),
    homePage: AzureWebJobsDisableHomepage?.toLowerCase() !== 'true',
  }
}

/** Loads an app the way the worker does: settings, entry points, appStart hooks; then registration is closed. */
export async function loadApp(core: Core, appDir: string): Promise<LoadedApp> {
  applyLocalSettings(appDir)
  await importEntries(appDir)
  if (!core.model) throw new Error(`${appDir} registered no function`)
  for (const hook of core.hooks.appStart)
    await hook({ hookData: {}, appHookData: core.appHookData, functionAppDirectory: appDir })
  const capabilities = (await core.model.getCapabilities?.({})) ?? {}
  core.locked = true
  return {
    ...hostSettings(appDir, process.env),
    streams: capabilities.HttpUri === undefined ? undefined : new URL(capabilities.HttpUri),
  }
}
