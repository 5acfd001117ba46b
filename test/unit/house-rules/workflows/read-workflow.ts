import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'

/** One step, where it stands, and what it says. */
export type Step = {
  readonly line: number
  readonly node: YAMLMap
  readonly uses: { readonly text: string; readonly comment: string; readonly line: number } | undefined
  readonly run: { readonly text: string; readonly line: number } | undefined
}
export type Job = {
  readonly id: string
  readonly line: number
  readonly node: YAMLMap
  readonly steps: readonly Step[]
}
export type Workflow = {
  readonly name: string
  readonly root: YAMLMap
  readonly jobs: readonly Job[]
  readonly lineOf: (node: unknown) => number
}

/** The text of a member that is one; numbers and booleans as they stand. */
export const textOf = (map: YAMLMap | undefined, key: string): string | undefined => {
  const value = map?.get(key)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

export const mapOf = (map: YAMLMap | undefined, key: string): YAMLMap | undefined => {
  const value = map?.get(key, true) as Node | undefined
  return isMap(value) ? value : undefined
}

export const keysOf = (map: YAMLMap | undefined): readonly string[] =>
  (map?.items ?? []).map(({ key }) => (isScalar(key) ? String(key.value) : ''))

/** Every text within a node. */
export const textsIn = (node: unknown): readonly string[] => {
  if (isScalar(node)) return [String(node.value)]
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [...textsIn(key), ...textsIn(value)])
  return isSeq(node) ? node.items.flatMap((one) => textsIn(one)) : []
}

/** @throws Error for what is no YAML, or no workflow at all */
export function readWorkflow(name: string, text: string): Workflow {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, keepSourceTokens: true })
  const [error] = document.errors
  if (error) throw error
  const lineOf = (node: unknown): number => {
    const range = isMap(node) || isScalar(node) || isSeq(node) || isAlias(node) ? node.range : undefined
    return range ? lines.linePos(range[0]).line : 1
  }
  const root = document.contents
  if (!isMap(root)) throw new Error(`${name} is no map`)
  const scalar = (step: YAMLMap, key: string): { text: string; comment: string; line: number } | undefined => {
    const node = step.get(key, true) as Node | undefined
    return isScalar(node) ? { text: String(node.value), comment: node.comment ?? '', line: lineOf(node) } : undefined
  }
  const jobs = (mapOf(root, 'jobs')?.items ?? []).flatMap(({ key, value }): Job[] => {
    if (!isMap(value)) return []
    const steps = value.get('steps', true) as Node | undefined
    const maps = isSeq(steps) ? steps.items.filter((one) => isMap(one)) : []
    return [
      {
        id: isScalar(key) ? String(key.value) : '',
        line: lineOf(key),
        node: value,
        steps: maps.map((node) => ({ line: lineOf(node), node, uses: scalar(node, 'uses'), run: scalar(node, 'run') })),
      },
    ]
  })
  return { name, root, jobs, lineOf }
}
