import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Context } from '../context.ts'
import type { Environment } from '../environment/environment.ts'
import { AzdError } from '../errors.ts'
import { pathOf } from '../hooks/environment.ts'
import { dependenciesIn, isInstalled, npmInstall } from '../hooks/install.ts'
import type { ServiceConfig } from '../project/schema.ts'
import { BUILD, built, isUnchanged, makeOnce } from './unchanged.ts'
import { zipFolder } from './zip.ts'

export type Package = { readonly zip: Uint8Array; readonly files: readonly string[]; readonly folder: string }

const restore = async (folder: string, env: Readonly<Record<string, string>>, context: Context): Promise<void> => {
  if (dependenciesIn(folder).length > 0 && isInstalled(folder)) {
    context.transcript.write('  npm dependencies already up-to-date\n')
    return
  }
  await npmInstall(folder, env, context)
}

/** azd builds each time; here what would build the same files from the same files is left out. */
const build = async (
  name: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  context: Context,
): Promise<void> => {
  context.transcript.write('  npm run build\n')
  if (isUnchanged(folder)) return
  await makeOnce(folder, BUILD, async () => {
    const { code, output } = await context.run('npm', ['run', 'build', '--if-present'], { cwd: folder, env })
    if (code !== 0)
      throw new AzdError(
        `failed packaging service '${name}': running npm script build: exit code: ${code}, stderr: ${output.trim().slice(-2000)}`,
      )
  })
  built(folder)
}

/**
 * Restores, builds and zips a service.
 * @see azd's pkg/project/framework_service_node.go
 * @throws AzdError when npm fails or leaves nothing to package
 */
export const packageService = async (
  name: string,
  service: ServiceConfig,
  environment: Environment,
  context: Context,
): Promise<Package> => {
  const folder = resolve(context.projectDir, service.project)
  const env = { ...context.processEnv, PATH: pathOf(context), ...Object.fromEntries(environment.values()) }
  context.transcript.write(`\nPackaging service ${name}\n`)
  await restore(folder, env, context)
  await build(name, folder, env, context)
  const source = service.dist === undefined ? folder : join(folder, service.dist)
  if (!existsSync(source) || readdirSync(source).length === 0)
    throw new AzdError(
      `failed packaging service '${name}': package source '${source}' is empty or does not exist. If your service has custom ` +
        "packaging requirements create a script named 'build' within your package.json and ensure your package artifacts are " +
        `written to the '${source}' directory`,
    )
  const { zip, files } = zipFolder(source, service)
  context.transcript.write(`  (✓) Done: ${files.length} files, ${(zip.length / 1e6).toFixed(2)} MB\n`)
  return { zip, files, folder: source }
}
