import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildSync } from 'esbuild'
import { AZD_OWN, placeholderNames, SET_BY_PERSON } from './placeholders.ts'
import { layersBefore, type Hook, type Layer, type Project } from './project.ts'

type Uses = { readonly required: Set<string>; readonly optional: Set<string>; readonly sets: Set<string> }
type Moment = { readonly hook: Hook; readonly layers: readonly Layer[] }

/** A hook checks its Node by `start('<step, seen from start.mjs>', '<function>')` before it imports that step. */
const STEP = /import \{ start \} from '([^']+)'[^]*\bstart\('([^']+)', '(\w+)'/

/** All code that one hook can reach, function by function: the bundler leaves out what it does not call. */
const codeOf = (root: string, hook: string): string => {
  const entry = join(root, hook)
  const [, starter = '', step = '', name = ''] = STEP.exec(readFileSync(entry, 'utf8')) ?? []
  const stepFile = join(dirname(join(dirname(entry), starter)), step)
  const { outputFiles } = buildSync({
    ...(step === ''
      ? { entryPoints: [entry] }
      : { stdin: { contents: `import { ${name} } from '${stepFile}'\nawait ${name}()`, resolveDir: root } }),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    treeShaking: true,
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('\n')
}

const namesIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name]) => name ?? '')

const usesOf = (root: string, hook: string): Uses => {
  const code = codeOf(root, hook)
  return {
    required: new Set(namesIn(code, /\brequired\d*\(\s*[\w.]+,\s*"([A-Z][A-Z0-9_]*)"/g)),
    optional: new Set(namesIn(code, /\b(?:optional\d*\(\s*[\w.]+,\s*"|env\.|env\[")([A-Z]+_[A-Z0-9_]+)\b/g)),
    sets: new Set(namesIn(code, /\bsetValue\d*\(\s*[\w.]+,\s*"([A-Z][A-Z0-9_]*)"/g)),
  }
}

/** In the order in which `azd up` runs them, each with the layers whose outputs are known by then. */
const momentsOf = (project: Project): Moment[] => [
  ...project.layers.flatMap((layer) => {
    const before = layersBefore(project, layer)
    const pre = layer.hooks.filter(({ event }) => event.startsWith('pre'))
    const post = layer.hooks.filter(({ event }) => !event.startsWith('pre'))
    return [
      ...pre.map((hook) => ({ hook, layers: before })),
      ...post.map((hook) => ({ hook, layers: [...before, layer] })),
    ]
  }),
  ...project.hooks.map((hook) => ({ hook, layers: project.layers })),
]

/**
 * Whatever a hook reads is azd's own, an output of a layer that ran before, set by an earlier hook or by a person. What
 * it may do without need only exist at all.
 */
export const checkHookVariables = (root: string, project: Project): string[] => {
  const settable = placeholderNames(project)
  const outputs = new Set(project.layers.flatMap((layer) => [...layer.outputs]))
  const moments = momentsOf(project)
    .filter(({ hook }) => existsSync(join(root, hook.file)))
    .map((moment) => ({ ...moment, uses: usesOf(root, moment.hook.file) }))
  const everSet = new Set(moments.flatMap(({ uses }) => [...uses.sets]))
  const setBefore = new Set<string>()
  return moments.flatMap(({ hook, layers, uses }) => {
    const known = (name: string): boolean =>
      AZD_OWN.has(name) || SET_BY_PERSON.has(name) || setBefore.has(name) || layers.some((one) => one.outputs.has(name))
    const late = [...uses.required].filter((name) => !known(name))
    for (const name of uses.sets) setBefore.add(name)
    const unknown = [...uses.optional].filter(
      (name) => !AZD_OWN.has(name) && !settable.has(name) && !outputs.has(name) && !everSet.has(name),
    )
    return [
      ...late.map((name) => `${hook.file}: needs ${name}, which nothing has set by then`),
      ...unknown.map((name) => `${hook.file}: reads ${name}, which nothing ever sets`),
      ...(uses.required.size + uses.optional.size === 0
        ? [`${hook.file}: seems to read no variable: does this check still understand it?`]
        : []),
    ]
  })
}
