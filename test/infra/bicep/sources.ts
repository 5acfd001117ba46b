import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

/** Relative paths in single quotes that name a file: modules, imports, and what loadJsonContent and its like read. */
const namedFiles = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/'([^'$\n]+\.\w+)'/g)]
    .map(([, path]) => join(dirname(file), path ?? ''))
    .filter(isFile)

/**
 * An entry file and all that it rests on, entry first, each once, as absolute paths.
 * @throws Error when the entry does not exist
 */
export const sourcesOf = (entry: string): string[] => {
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    if (file.endsWith('.bicep')) namedFiles(file).forEach(visit)
  }
  visit(resolve(entry))
  return [...seen]
}

/** The bicepconfig.json that the compiler finds for a file: the nearest one upwards. */
export const configOf = (file: string): string | undefined => {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const path = join(folder, 'bicepconfig.json')
    if (isFile(path)) return path
    if (folder === dirname(folder)) return undefined
  }
}

/** The packages on this machine that the types of a configuration's extensions are in. */
export const extensionFilesOf = (config: string): string[] => {
  const { extensions = {} } = JSON.parse(readFileSync(config, 'utf8')) as { extensions?: Record<string, string> }
  return Object.values(extensions)
    .map((path) => resolve(dirname(config), path))
    .filter(isFile)
}
