import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { AzdError, messageOf, wrap } from '../errors.ts'
import { projectSchema, type LayerConfig, type ProjectConfig } from './schema.ts'
import { inRange } from './version-range.ts'

const UNPARSABLE =
  'unable to parse azure.yaml file. Check the format of the file, and also verify you have the latest version of the CLI'

const readProject = (text: string): ProjectConfig => {
  try {
    return projectSchema.parse(parse(text))
  } catch (error) {
    throw error instanceof z.ZodError
      ? new AzdError(`${UNPARSABLE}: ${z.prettifyError(error)}`)
      : wrap(UNPARSABLE, error)
  }
}

/** Outside of the range the project does not load: azd's pkg/project/project.go. */
const checkVersion = (range: string, version: string): void => {
  let fits: boolean
  try {
    fits = inRange(version, range)
  } catch (error) {
    throw new AzdError(`${range} is not a valid semver range (for requiredVersions.azd): ${messageOf(error)}`)
  }
  if (!fits)
    throw new AzdError(
      `this project requires a version of azd within the range '${range}', but you have '${version}'. Visit ` +
        'https://aka.ms/azure-dev/install to install a supported version.',
    )
}

/**
 * Reads azure.yaml of a folder.
 * @throws AzdError when it is absent, not valid, or asks for another version
 */
export const loadProject = (projectDir: string, version: string): ProjectConfig => {
  const file = join(projectDir, 'azure.yaml')
  if (!existsSync(file)) throw new AzdError('no project exists; to create a new project, run `azd init`')
  const project = readProject(readFileSync(file, 'utf8'))
  const range = project.requiredVersions?.azd
  if (range !== undefined) checkVersion(range, version)
  return project
}

/** The layers as azure.yaml lists them; without any, `infra` is the only one, without a name. */
export const layersOf = ({ infra }: ProjectConfig): readonly LayerConfig[] =>
  infra?.layers ?? [{ name: '', path: infra?.path ?? 'infra', module: infra?.module ?? 'main' }]
