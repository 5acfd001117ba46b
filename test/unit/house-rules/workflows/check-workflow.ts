import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { YAMLMap } from 'yaml'
import type { Problem } from './language-service.ts'
import { type Job, keysOf, mapOf, readWorkflow, type Step, textOf, textsIn, type Workflow } from './read-workflow.ts'

/** What of the project workflows call. */
export type Project = { readonly root: string; readonly scripts: ReadonlySet<string> }

const PIN = /^[\w.-]+\/[\w.-]+(?:\/[\w./-]+)?@[0-9a-f]{40}$/
const VERSION = /^ v\d+\.\d+\.\d+$/
const IMAGE = /^ubuntu-\d\d\.\d\d$/
/** Of all others some run strangers' code, or take strangers' text, with the rights of the repository. */
const EVENTS: ReadonlySet<string> = new Set(['push', 'pull_request', 'schedule', 'workflow_dispatch'])
/** Findings are no code: who may write them changes nothing that runs. */
const HARMLESS = 'security-events'
/** `secrets.X`, `secrets['X']`, the job's own token, and whatever else one of them is called by. */
const SECRET = /\bsecrets\b|\bgithub\s*(?:\.\s*token\b|\[\s*'token')/i

const top = ({ root, lineOf }: Workflow): Problem[] => {
  const problems: Problem[] = []
  const permissions = root.get('permissions', true)
  if (mapOf(root, 'permissions')?.items.length !== 0)
    problems.push({ line: lineOf(permissions), what: 'permissions must be {} on top: each job says what it needs' })
  if (textOf(mapOf(root, 'concurrency'), 'group') === undefined)
    problems.push({ line: 1, what: 'concurrency with a group is missing: two runs would meet' })
  const on = root.get('on', true)
  const events = mapOf(root, 'on') === undefined ? textsIn(on) : keysOf(mapOf(root, 'on'))
  for (const event of events.filter((one) => !EVENTS.has(one)))
    problems.push({ line: lineOf(on), what: `${event}: strangers may start it, or write what it reads, with rights` })
  return [...problems, ...secretRules(root, 1)]
}

/** What a job, or all of them, hand to each step, those of others among them. */
const secretRules = (node: YAMLMap, line: number): Problem[] =>
  ['env', 'defaults', 'container', 'services', 'outputs']
    .filter((part) => textsIn(node.get(part, true)).some((text) => SECRET.test(text)))
    .map((part) => ({ line, what: `a secret in ${part} is every step's: hand it to the one step that needs it` }))

/** Rights by which something of the repository, or of whoever believes it, can be changed. */
const mayWrite = ({ node }: Job): readonly string[] => {
  const rights = mapOf(node, 'permissions')
  return keysOf(rights).filter((name) => name !== HARMLESS && textOf(rights, name) === 'write')
}

/** What other rules rest on: that a step that failed ends it, and that no image is run that nobody pinned. */
const wholeRules = ({ node, line, steps }: Job): Problem[] => {
  const problems = secretRules(node, line)
  for (const part of ['container', 'services'])
    if (node.get(part) !== undefined) problems.push({ line, what: `${part} is an image that no SHA pins` })
  for (const one of [{ node, line }, ...steps]) {
    if (one.node.get('continue-on-error') !== undefined)
      problems.push({ line: one.line, what: 'continue-on-error: what failed would be passed over' })
    if (/\b(?:always|failure|cancelled)\s*\(/i.test(textOf(one.node, 'if') ?? ''))
      problems.push({ line: one.line, what: 'if: this runs although what it needs has failed' })
  }
  return problems
}

const jobRules = ({ lineOf }: Workflow, job: Job): Problem[] => {
  const { node, line } = job
  const problems: Problem[] = []
  const minutes = Number(textOf(node, 'timeout-minutes'))
  if (!(minutes >= 1 && minutes <= 120)) problems.push({ line, what: 'timeout-minutes is missing, or more than 120' })
  if (!IMAGE.test(textOf(node, 'runs-on') ?? ''))
    problems.push({ line, what: 'runs-on must name an image with its version' })
  if (mapOf(node, 'permissions') === undefined)
    problems.push({ line, what: 'permissions must name the rights of the job one by one' })
  if (textOf(node, 'secrets') === 'inherit') problems.push({ line, what: 'secrets: inherit hands over all of them' })
  const rights = mayWrite(job)
  if (rights.length > 0 && node.get('environment') === undefined)
    problems.push({ line, what: `${rights.join(', ')}: write needs an environment: else any branch has the right` })
  const beside = rights.length === 0 ? [] : job.steps.flatMap((step) => besideRights(step))
  return [...problems, ...beside, ...wholeRules(job), ...job.steps.flatMap((step) => stepRules(lineOf, step))]
}

/** Where something may be written, nothing runs that a package or another run left there. */
const besideRights = ({ run, uses, node }: Step): Problem[] => {
  const inputs = mapOf(node, 'with')
  if (run && /(?:^|[\s;&|(])(?:np[mx]|pnpm|yarn|corepack)\s/.test(run.text))
    return [{ line: run.line, what: 'npm runs packages beside the right to write' }]
  if (uses === undefined) return []
  const caches = /^actions\/cache\b/i.test(uses.text) || inputs?.get('cache') !== undefined
  const byItself = /^actions\/setup-node@/i.test(uses.text) && textOf(inputs, 'package-manager-cache') !== 'false'
  return caches || byItself
    ? [
        {
          line: uses.line,
          what: 'a cache, which other runs fill, beside the right to write (package-manager-cache: false)',
        },
      ]
    : []
}

const usesRules = ({ uses, node }: Step): Problem[] => {
  if (uses === undefined) return []
  const { text, comment, line } = uses
  const problems: Problem[] = []
  if (!PIN.test(text)) problems.push({ line, what: `${text} is not pinned by a SHA of 40 digits` })
  else if (!VERSION.test(comment)) problems.push({ line, what: `${text} has no comment with its version, # v1.2.3` })
  if (/^actions\/checkout@/i.test(text) && textOf(mapOf(node, 'with'), 'persist-credentials') !== 'false')
    problems.push({ line, what: 'persist-credentials: false is missing: later steps could push' })
  const inputs = mapOf(node, 'with')
  for (const name of keysOf(inputs).filter((one) =>
    /(?:^|[-_])(?:script|run|commands?|args|entrypoint)$|Script$/.test(one),
  ))
    if ((textOf(inputs, name) ?? '').includes('${{'))
      problems.push({ line, what: `an expression in ${name}: its text becomes code. Hand it over by env` })
  return problems
}

/** Names of variables that hold a secret. */
const secretNames = ({ node }: Step): readonly string[] => {
  const env = mapOf(node, 'env')
  return keysOf(env).filter((name) => SECRET.test(textOf(env, name) ?? ''))
}

const runRules = (step: Step): Problem[] => {
  const { run } = step
  if (run === undefined) return []
  const { text, line } = run
  const problems: Problem[] = []
  if (text.includes('${{'))
    problems.push({ line, what: 'an expression in run: its text becomes code. Hand it over by env' })
  const secrets = secretNames(step)
  const printed = secrets.filter((name) => new RegExp(`\\b(?:echo|printf|cat)\\b[^\\n]*\\$\\{?${name}\\b`).test(text))
  for (const name of printed) problems.push({ line, what: `${name} is a secret, and is printed` })
  if (secrets.length > 0 && /\bset -\w*x|^ {0,20}(?:env|printenv|export -p) {0,20}$/m.test(text))
    problems.push({ line, what: 'prints every variable, a secret among them' })
  return problems
}

const stepRules = (_lineOf: Workflow['lineOf'], step: Step): Problem[] => {
  const whole = textsIn(step.node).some((text) => /toJSON\(\s*(?:secrets|github|env)\s*\)/i.test(text))
  const shell = textOf(step.node, 'shell')?.includes('${{') ?? false
  const code = shell ? [{ line: step.line, what: 'an expression in shell: its text becomes code' }] : []
  const all = whole ? [{ line: step.line, what: 'hands over a whole context, secrets among it' }] : []
  return [...all, ...code, ...usesRules(step), ...runRules(step)]
}

/** Scripts and files that a step names must be there. */
const referenceRules = (job: Job, { root, scripts }: Project): Problem[] =>
  job.steps.flatMap(({ run }) => {
    if (run === undefined) return []
    const { text, line } = run
    const names = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name)
    const files = [...text.matchAll(/(?:\bnode |^ {0,20}|[;&|] {0,20})((?:[\w.-]+\/)+[\w.-]+)/gm)].map(
      ([, file = '']) => file,
    )
    return [
      ...names
        .filter((name) => !scripts.has(name))
        .map((name) => ({ line, what: `package.json has no script ${name}` })),
      ...files
        .filter((file) => !file.startsWith('node_modules/') && !existsSync(join(root, file)))
        .map((file) => ({ line, what: `there is no file ${file}` })),
    ]
  })

/** `needs.a.outputs.b`: a is a need of the job, and declares b. */
const outputRules = ({ jobs }: Workflow, job: Job): Problem[] => {
  const needs = textsIn(job.node.get('needs', true))
  const used = textsIn(job.node).flatMap((text) => [...text.matchAll(/\bneeds\.([\w-]+)\.outputs\.([\w-]+)/g)])
  return used.flatMap(([, from = '', output = '']) => {
    const declared = keysOf(mapOf(jobs.find(({ id }) => id === from)?.node, 'outputs'))
    const fine = needs.includes(from) && declared.includes(output)
    return fine ? [] : [{ line: job.line, what: `needs.${from}.outputs.${output} is nobody's output` }]
  })
}

/**
 * Every rule of ours that a workflow breaks; GitHub's own are looked at beside.
 * @throws Error for what is no YAML
 */
export function checkWorkflow(name: string, text: string, project: Project): readonly Problem[] {
  const workflow = readWorkflow(name, text)
  return [
    ...top(workflow),
    ...workflow.jobs.flatMap((job) => [
      ...jobRules(workflow, job),
      ...referenceRules(job, project),
      ...outputRules(workflow, job),
    ]),
  ]
}

/** One action, one SHA: what a version number of `owner/name` stands for must be the same everywhere. */
export function disagreeing(workflows: readonly Workflow[]): readonly string[] {
  const seen = new Map<string, Set<string>>()
  for (const { jobs } of workflows)
    for (const { uses } of jobs.flatMap(({ steps }) => steps)) {
      if (!uses?.text.includes('@')) continue
      const [path = '', sha = ''] = uses.text.split('@')
      const repository = path.split('/').slice(0, 2).join('/').toLowerCase()
      seen.set(repository, (seen.get(repository) ?? new Set()).add(`${sha}${uses.comment}`))
    }
  return [...seen].filter(([, pins]) => pins.size > 1).map(([name, pins]) => `${name}: ${[...pins].join(', ')}`)
}
