import type { Layer, Project } from './project.ts'
import { layersBefore } from './project.ts'

/** Always in the environment. */
export const AZD_OWN: ReadonlySet<string> = new Set(['AZURE_ENV_NAME', 'AZURE_LOCATION', 'AZURE_SUBSCRIPTION_ID'])
/** Put into parameter files by azd, never into the environment of a hook. */
const PARAMETERS_ONLY: ReadonlySet<string> = new Set(['AZURE_PRINCIPAL_ID', 'AZURE_PRINCIPAL_TYPE'])
/** What a person must set before the first `azd up`. */
export const SET_BY_PERSON: ReadonlySet<string> = new Set(['DATAVERSE_URL'])

type Placeholder = { readonly name: string; readonly hasDefault: boolean }

const placeholdersIn = (text: string): Placeholder[] =>
  [...text.matchAll(/\$\{(\w+)(=[^}]*)?\}/g)].map(([, name = '', fallback]) => ({
    name,
    hasDefault: fallback !== undefined,
  }))

const problemOf = (project: Project, layer: Layer, { name, hasDefault }: Placeholder): string | undefined => {
  if (AZD_OWN.has(name) || PARAMETERS_ONLY.has(name)) return undefined
  if (layersBefore(project, layer).some(({ outputs }) => outputs.has(name))) return undefined
  if (layer.outputs.has(name))
    return `${name} is an output of this very layer: its parameters would change after each run, and azd never skip it`
  const maker = project.layers.find(({ outputs }) => outputs.has(name))
  if (maker !== undefined) return `${name} is an output of layer ${maker.name}, which is not in dependsOn`
  if (hasDefault || SET_BY_PERSON.has(name)) return undefined
  return `nothing sets ${name}: make it an output of a layer before, or give it a default: \${${name}=}`
}

/** Each `${NAME}` of a parameter file is azd's own, comes from a layer before, has a default, or is what a person must set. */
export const checkPlaceholders = (project: Project): string[] =>
  project.layers.flatMap((layer) =>
    [...layer.parameters].flatMap(([parameter, text]) =>
      placeholdersIn(text).flatMap((placeholder) => {
        const problem = problemOf(project, layer, placeholder)
        return problem === undefined ? [] : [`${layer.path}/main.parameters.json: ${parameter}: ${problem}`]
      }),
    ),
  )

/** Every name that a parameter file takes and that a person may set by `azd env set`, for hooks to see as well. */
export const placeholderNames = ({ layers }: Project): Set<string> =>
  new Set(
    layers
      .flatMap(({ parameters }) => [...parameters.values()].flatMap(placeholdersIn))
      .map(({ name }) => name)
      .filter((name) => !PARAMETERS_ONLY.has(name)),
  )
