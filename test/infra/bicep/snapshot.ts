import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, digestOf } from './cache.ts'
import { CACHE, VERSION } from '../bicep-cli.ts'
import type { Template } from './build.ts'
import { askBicep } from './server/shared.ts'

/** A resource as Azure Resource Manager would be asked for it; what only run time knows stays an expression `[…]`. */
export type PredictedResource = {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly apiVersion: string
  readonly location?: string
  readonly tags?: Record<string, string>
  readonly properties?: Record<string, unknown>
  readonly [member: string]: unknown
}
export type Snapshot = {
  readonly predictedResources: readonly PredictedResource[]
  readonly outputs: Readonly<Record<string, unknown>>
  readonly diagnostics: readonly unknown[]
  readonly [member: string]: unknown
}
export type Deployment = {
  readonly subscriptionId: string
  readonly tenantId: string
  readonly location?: string
  readonly resourceGroup?: string
  readonly deploymentName?: string
}

const quote = (text: string): string =>
  `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')}'`

/** A JSON value as Bicep writes it. */
export const toBicep = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(toBicep).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, member]) => ` ${quote(name)}: ${toBicep(member)}`)
      .join(',')} }`
  return JSON.stringify(value ?? null)
}

type Compiled = { readonly diagnostics: readonly { readonly level: string; readonly message: string }[] }

/** Where a snapshot fails, the compiler says no more than that. */
const whyNot = async (path: string): Promise<string> => {
  const { diagnostics } = (await askBicep('bicep/compileParams', { path, parameterOverrides: {} })) as Compiled
  return diagnostics.flatMap(({ level, message }) => (level === 'Error' ? [message] : [])).join('\n')
}

const runSnapshot = async (template: string, parameters: string, metadata: Deployment): Promise<Snapshot> => {
  const folder = join(CACHE, 'work', randomUUID())
  await mkdir(folder, { recursive: true })
  try {
    const path = join(folder, 'main.bicepparam')
    await writeFile(join(folder, 'main.json'), template)
    await writeFile(path, `using 'main.json'\n${parameters}`)
    const answer = await askBicep('bicep/getSnapshot', { path, metadata }).catch(async (error: unknown) => {
      throw new Error(await whyNot(path), { cause: error })
    })
    return JSON.parse((answer as { readonly snapshot: string }).snapshot) as Snapshot
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * Every resource that a compiled template asks for with these parameters, in the form `bicep snapshot` predicts them.
 * Kept in .infra-check/ by template, parameters and place.
 * @throws Error with the compiler's text when a parameter is missing, unknown or of the wrong type
 */
export const snapshot = (
  template: Template,
  parameters: Readonly<Record<string, unknown>>,
  deployment: Deployment,
): Promise<Snapshot> => {
  const text = JSON.stringify(template)
  const lines = Object.entries(parameters).map(([name, value]) => `param ${name} = ${toBicep(value)}\n`)
  const key = digestOf(['snapshot', VERSION, text, ...lines, JSON.stringify(deployment)])
  return cached(key, () => runSnapshot(text, lines.join(''), deployment))
}
