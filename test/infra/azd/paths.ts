import { existsSync } from 'node:fs'
import { join, normalize } from 'node:path'
import type { Project } from './project.ts'

const missing = (root: string, path: string): string[] => {
  if (normalize(path).startsWith('..')) return [`azure.yaml: ${path} is outside the project`]
  return existsSync(join(root, path)) ? [] : [`azure.yaml: ${path} does not exist`]
}

/** Whatever azure.yaml names is there, and layers depend on layers that come first. */
export const checkPaths = (root: string, { layers, hooks }: Project): string[] => [
  ...layers.flatMap(({ path }) =>
    ['main.bicep', 'main.parameters.json'].flatMap((file) => missing(root, join(path, file))),
  ),
  ...[...layers.flatMap((layer) => layer.hooks), ...hooks].flatMap(({ file }) => missing(root, file)),
  ...layers.flatMap(({ name, dependsOn }, at) =>
    dependsOn
      .filter((needed) => !layers.slice(0, at).some((layer) => layer.name === needed))
      .map((needed) => `azure.yaml: layer ${name} depends on ${needed}, which is no layer before it`),
  ),
]
