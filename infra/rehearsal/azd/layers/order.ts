import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AzdError } from '../errors.ts'
import type { LayerConfig } from '../project/schema.ts'

/** azd's pkg/infra/provisioning/bicep/layer_deps.go: what regular expressions find, and nothing else. */
const OUTPUT = /^[^\S\n\r\u2028\u2029]*output\s+(\w+)\s+/gm
const REFERENCE = /\$\{(\w+)\}/g
const UNREADABLE = /"\s*\[[^"]+\]\s*"/

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const fileOf = (projectDir: string, { path, module }: LayerConfig, extension: string): string =>
  join(projectDir, path, `${module ?? 'main'}${extension}`)

/** Which layer makes which output: two may not make the same one. */
const providersOf = (layers: readonly LayerConfig[], projectDir: string): ReadonlyMap<string, LayerConfig> => {
  const providers = new Map<string, LayerConfig>()
  for (const layer of layers) {
    const file = fileOf(projectDir, layer, '.bicep')
    if (!existsSync(file))
      throw new AzdError(`extracting outputs for layer "${layer.name}": reading ${file}: no such file`)
    for (const [, name = ''] of read(file).matchAll(OUTPUT)) {
      const other = providers.get(name)
      if (other !== undefined && other !== layer)
        throw new AzdError(
          `duplicate output "${name}": produced by both layer "${other.name}" and layer "${layer.name}"`,
        )
      providers.set(name, layer)
    }
  }
  return providers
}

const declared = (layer: LayerConfig, layers: readonly LayerConfig[]): LayerConfig[] =>
  (layer.dependsOn ?? []).map((name) => {
    if (name === layer.name) throw new AzdError(`layer "${name}" cannot depend on itself`)
    const found = layers.find((other) => other.name === name)
    if (found === undefined) throw new AzdError(`layer "${layer.name}" dependsOn unknown layer "${name}"`)
    return found
  })

/** Which layers each one waits for: by `${OUTPUT}` in its parameter file, without a default, and by dependsOn. */
export const dependenciesOf = (
  layers: readonly LayerConfig[],
  projectDir: string,
): ReadonlyMap<LayerConfig, readonly LayerConfig[]> => {
  const providers = providersOf(layers, projectDir)
  return new Map(
    layers.map((layer, index) => {
      const parameters = read(fileOf(projectDir, layer, '.parameters.json'))
      const named = [...parameters.matchAll(REFERENCE)].map(([, name = '']) => providers.get(name))
      const unknown = UNREADABLE.test(parameters) ? layers.slice(0, index) : []
      const all = [...named, ...unknown, ...declared(layer, layers)]
      return [layer, [...new Set(all.filter((other) => other !== undefined && other !== layer))] as LayerConfig[]]
    }),
  )
}

/**
 * The layers in tiers: those of one tier may run side by side. This emulation runs them one after the other.
 * @throws AzdError for a circle, an unknown name, an output of two layers
 */
export const inTiers = (layers: readonly LayerConfig[], projectDir: string): LayerConfig[][] => {
  if (layers.length <= 1) return layers.length === 0 ? [] : [[...layers]]
  const needs = dependenciesOf(layers, projectDir)
  const tiers: LayerConfig[][] = []
  let rest = [...layers]
  while (rest.length > 0) {
    const ready = rest.filter((layer) => needs.get(layer)?.every((other) => !rest.includes(other)) !== false)
    if (ready.length === 0) throw new AzdError('cycle detected in layer dependencies')
    tiers.push(ready)
    rest = rest.filter((layer) => !ready.includes(layer))
  }
  return tiers
}
