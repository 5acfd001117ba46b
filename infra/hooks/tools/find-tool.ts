import { accessSync, constants, statSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import type { Context } from '../run/context.ts'

const WINDOWS_ENDINGS = ['.exe', '.cmd', '.bat']

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/**
 * Where a program is, by PATH alone, as an absolute path. Windows itself would look into the current folder first:
 * whoever can put an `az.cmd` into a checked-out repository would be run with the deployer's rights.
 */
export const findTool = (
  { env, platform }: Pick<Context, 'env' | 'platform'>,
  name: string,
  exists: (file: string) => boolean = isProgram,
): string | undefined => {
  const path = platform === 'win32' ? win32 : posix
  const variable = Object.keys(env).find((key) => key.toUpperCase() === 'PATH')
  const folders = (variable === undefined ? '' : (env[variable] ?? ''))
    .split(path.delimiter)
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => path.isAbsolute(folder))
  const endings = platform === 'win32' ? WINDOWS_ENDINGS : ['']
  return folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending))).find(exists)
}
