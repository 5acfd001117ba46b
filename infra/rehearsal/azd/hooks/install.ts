import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { AzdError } from '../errors.ts'

const manifestSchema = z.looseObject({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
})

/** The nearest folder with a package.json, from a script's folder up to the root of the project. */
export const packageFolderOf = (script: string, projectDir: string): string | undefined => {
  for (let folder = dirname(script); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === projectDir || folder === dirname(folder)) return undefined
  }
}

export const dependenciesIn = (folder: string): string[] => {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
}

/** azd leaves an installation alone that is newer than its lock file: node.IsDependenciesUpToDate. */
export const isInstalled = (folder: string): boolean => {
  const mark = join(folder, 'node_modules', '.package-lock.json')
  const lock = join(folder, 'package-lock.json')
  return existsSync(mark) && existsSync(lock) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs
}

/**
 * `npm install` in a folder, as azd calls it. Where the manifest names no dependency there is nothing to install, and this
 * emulation says so instead of starting npm.
 * @throws AzdError with npm's last words
 */
export const npmInstall = async (
  folder: string,
  env: Readonly<Record<string, string>>,
  { run, transcript }: Context,
): Promise<void> => {
  const wanted = dependenciesIn(folder).length
  if (wanted === 0) {
    transcript.write(`  npm install in ${folder}: nothing to install, package.json names no dependency\n`)
    return
  }
  transcript.write(`  npm install in ${folder}: ${wanted} dependencies\n`)
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline']
  const { code, output } = await run('npm', args, { cwd: folder, env })
  if (code !== 0)
    throw new AzdError(
      `installing Node.js dependencies in ${folder}: exit code: ${code}, stderr: ${output.trim().slice(-2000)}`,
    )
}
