import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Core } from './core-stub.ts'

const packageSchema = z.object({ main: z.string().default('index.js') })
const settingsSchema = z.object({ Values: z.record(z.string(), z.coerce.string()).default({}) })
const hostSchema = z.object({
  extensions: z.object({ http: z.object({ routePrefix: z.string().default('api') }).prefault({}) }).prefault({}),
})

export type LoadedApp = {
  readonly routePrefix: string
  /** The library's proxy server, present when the app switched HTTP streams on. */
  readonly streams: URL | undefined
}

function readJson<T>(schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return schema.parse({})
    throw new Error(`${file}: ${String(error)}`, { cause: error })
  }
}

/** Like Core Tools: a value of local.settings.json never replaces one of the environment. */
function applyLocalSettings(appDir: string): void {
  const { Values } = readJson(settingsSchema, join(appDir, 'local.settings.json'))
  for (const [name, value] of Object.entries(Values)) process.env[name] ??= value
}

async function importEntries(appDir: string): Promise<void> {
  const { main } = readJson(packageSchema, join(appDir, 'package.json'))
  const files = globSync(main, { cwd: appDir, exclude: ['**/node_modules/**'] }).sort()
  if (files.length === 0) throw new Error(`no entry point matches "main" (${main}) of ${appDir}/package.json`)
  for (const file of files) await import(pathToFileURL(join(appDir, file)).href)
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
    routePrefix: readJson(hostSchema, join(appDir, 'host.json')).extensions.http.routePrefix,
    streams: capabilities.HttpUri === undefined ? undefined : new URL(capabilities.HttpUri),
  }
}
