import { readFileSync } from 'node:fs'

const FILES = {
  identity: 'identity/main.parameters.json',
  entra: 'entra/main.parameters.json',
  platform: 'main.parameters.json',
} as const

/** A layer of azure.yaml. */
export type Layer = keyof typeof FILES

/** A variable of the azd environment, and what its parameters file takes where it is not set. */
export type Variable = {
  readonly name: string
  readonly fallback: string | undefined
  /** Whose parameters files take it. */
  readonly layers: readonly Layer[]
}

const variablesOf = (layer: Layer): Variable[] => {
  const text = readFileSync(new URL(`../../${FILES[layer]}`, import.meta.url), 'utf8')
  const found = [...text.matchAll(/\$\{(\w+)(?:=([^{}]*))?\}/g)]
  return found.map(([, name = '', fallback]) => ({ name, fallback, layers: [layer] }))
}

/** Every variable that a parameters file of the layers puts into JSON, once. */
export const parameterVariables = (): Variable[] => {
  const all = new Map<string, Variable>()
  for (const layer of Object.keys(FILES) as Layer[])
    for (const one of variablesOf(layer)) {
      const known = all.get(one.name)?.layers ?? []
      all.set(one.name, { ...one, layers: [...known, layer] })
    }
  return [...all.values()]
}
