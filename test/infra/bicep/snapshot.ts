import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, digestOf } from './cache.ts'
import { CACHE, runBicep, VERSION } from '../bicep-cli.ts'
import type { Template } from './build.ts'

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

const flagsOf = (deployment: Deployment): string[] =>
  Object.entries({
    '--subscription-id': deployment.subscriptionId,
    '--tenant-id': deployment.tenantId,
    '--location': deployment.location,
    '--resource-group': deployment.resourceGroup,
    '--deployment-name': deployment.deploymentName,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]))

const runSnapshot = async (template: string, parameters: string, flags: readonly string[]): Promise<Snapshot> => {
  const folder = join(CACHE, 'work', randomUUID())
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(join(folder, 'main.json'), template)
    await writeFile(join(folder, 'main.bicepparam'), `using 'main.json'\n${parameters}`)
    const { code, stderr } = await runBicep([
      'snapshot',
      join(folder, 'main.bicepparam'),
      '--mode',
      'overwrite',
      ...flags,
    ])
    if (code !== 0) throw new Error(stderr.replaceAll(`${folder}/`, '').trim())
    return JSON.parse(await readFile(join(folder, 'main.snapshot.json'), 'utf8')) as Snapshot
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
  const flags = flagsOf(deployment)
  const key = digestOf(['snapshot', VERSION, text, ...lines, ...flags])
  return cached(key, () => runSnapshot(text, lines.join(''), flags))
}
