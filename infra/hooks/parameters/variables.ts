import { readFileSync } from 'node:fs'

const FILES = ['identity/main.parameters.json', 'entra/main.parameters.json', 'main.parameters.json']

/** A variable of the azd environment, and what its parameters file takes where it is not set. */
export type Variable = { readonly name: string; readonly fallback: string | undefined }

/** Every variable that a parameters file of the layers puts into JSON, once. */
export const parameterVariables = (): Variable[] => {
  const texts = FILES.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))
  const found = texts.flatMap((text) => [...text.matchAll(/\$\{(\w+)(?:=([^{}]*))?\}/g)])
  const all = new Map(found.map(([, name = '', fallback]) => [name, { name, fallback }]))
  return [...all.values()]
}
