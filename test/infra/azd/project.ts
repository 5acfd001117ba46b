import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const hookSchema = z.object({ run: z.string() })
const hooksSchema = z.record(
  z.string(),
  z.union([hookSchema, z.array(hookSchema), z.object({ posix: hookSchema, windows: hookSchema })]),
)
const projectSchema = z.object({
  infra: z.object({
    layers: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        dependsOn: z.array(z.string()).default([]),
        hooks: hooksSchema.default({}),
      }),
    ),
  }),
  services: z.record(z.string(), z.object({ project: z.string(), hooks: hooksSchema.default({}) })).default({}),
  hooks: hooksSchema.default({}),
})

export type Hook = { readonly event: string; readonly file: string }
export type Layer = {
  readonly name: string
  /** Of the layer's folder, from the root. */
  readonly path: string
  readonly dependsOn: readonly string[]
  readonly hooks: readonly Hook[]
  readonly outputs: ReadonlySet<string>
  /** Each parameter with its value as text, placeholders and all. */
  readonly parameters: ReadonlyMap<string, string>
}
export type Project = { readonly layers: readonly Layer[]; readonly hooks: readonly Hook[] }

const hooksOf = (hooks: z.output<typeof hooksSchema>, folder: string): Hook[] =>
  Object.entries(hooks).flatMap(([event, hook]) => {
    const runs = 'posix' in hook ? [hook.posix, hook.windows] : [hook].flat()
    return runs.map(({ run }) => ({ event, file: join(folder, run) }))
  })

const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

const parametersOf = (text: string): Map<string, string> => {
  const { parameters } = JSON.parse(text || '{"parameters":{}}') as { parameters: Record<string, { value: unknown }> }
  return new Map(Object.entries(parameters).map(([name, { value }]) => [name, JSON.stringify(value)]))
}

/**
 * What azure.yaml says and what its layers take and give. A layer's hooks are found from the layer's folder, the
 * project's from the root, as azd does.
 * @throws ZodError when azure.yaml has another form
 */
export const readProject = (root: string): Project => {
  const { infra, services, hooks } = projectSchema.parse(parse(readFileSync(join(root, 'azure.yaml'), 'utf8')))
  const layers = infra.layers.map(({ name, path, dependsOn, hooks: own }) => ({
    name,
    path,
    dependsOn,
    hooks: hooksOf(own, path),
    outputs: new Set(
      [...read(join(root, path, 'main.bicep')).matchAll(/^output (\w+)/gm)].map(([, output]) => output ?? ''),
    ),
    parameters: parametersOf(read(join(root, path, 'main.parameters.json'))),
  }))
  const serviceHooks = Object.values(services).flatMap((service) => hooksOf(service.hooks, service.project))
  return { layers, hooks: [...serviceHooks, ...hooksOf(hooks, '.')] }
}

/** A layer's dependencies, and theirs. */
export const layersBefore = ({ layers }: Project, layer: Layer): Layer[] => {
  const seen = new Set<Layer>()
  const visit = (name: string): void => {
    const found = layers.find((one) => one.name === name)
    if (found === undefined || seen.has(found)) return
    seen.add(found)
    found.dependsOn.forEach(visit)
  }
  layer.dependsOn.forEach(visit)
  return [...seen]
}
