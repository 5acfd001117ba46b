import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import * as z from 'zod'
import { keysOf, mapOf, readWorkflow, textsIn } from './read-workflow.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' }).split(
  '\n',
)

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
})
const dependenciesOf = (path: string): string[] => {
  const { dependencies, devDependencies } = manifest.parse(JSON.parse(read(path)))
  return Object.keys({ ...dependencies, ...devDependencies })
}

/** https://docs.github.com/code-security/dependabot/working-with-dependabot/dependabot-options-reference */
const days = z.number().int().min(1).max(90)
const update = z.strictObject({
  'package-ecosystem': z.enum(['npm', 'github-actions']),
  directory: z.string().optional(),
  directories: z.array(z.string()).optional(),
  schedule: z.strictObject({ interval: z.enum(['weekly', 'monthly']) }),
  cooldown: z.strictObject({ 'default-days': days, 'semver-major-days': days.optional() }),
  'open-pull-requests-limit': z.number().optional(),
  groups: z.record(
    z.string(),
    z.strictObject({
      patterns: z.array(z.string()),
      'update-types': z.array(z.enum(['major', 'minor', 'patch'])).optional(),
    }),
  ),
})
const dependabot = z
  .strictObject({ version: z.literal(2), updates: z.array(update) })
  .parse(parse(read('.github/dependabot.yml')))

const matches = (pattern: string, name: string): boolean => {
  const [before = '', after] = pattern.split('*')
  return after === undefined ? name === pattern : name.startsWith(before) && name.endsWith(after)
}

describe('dependabot.yml', () => {
  const [own] = dependabot.updates
  const groups = Object.entries(own?.groups ?? {})

  test.each(dependenciesOf('package.json'))('%s belongs to one group', (name) => {
    const found = groups.filter(([, { patterns }]) => patterns.some((pattern) => matches(pattern, name)))
    expect(found.map(([group]) => group)).toHaveLength(1)
  })

  test('no pattern is left of what went', () => {
    const names = dependenciesOf('package.json')
    const patterns = groups.flatMap(([, group]) => group.patterns)
    expect(patterns.filter((pattern) => !names.some((name) => matches(pattern, name)))).toEqual([])
  })

  test('each folder that has dependencies is looked at, and no other', () => {
    const folders = dependabot.updates
      .filter((one) => one['package-ecosystem'] === 'npm')
      .flatMap(({ directory, directories = [] }) => [...(directory === undefined ? [] : [directory]), ...directories])
    const needed = tracked
      .filter((path) => /(^|\/)package\.json$/.test(path) && dependenciesOf(path).length > 0)
      .map((path) => `/${path.replace(/\/?package\.json$/, '')}`)
    expect(folders.sort()).toEqual(needed.sort())
  })

  test('actions know no kinds of versions to wait for', () => {
    const actions = dependabot.updates.find((one) => one['package-ecosystem'] === 'github-actions')
    expect(Object.keys(actions?.cooldown ?? {})).toEqual(['default-days'])
  })
})

describe('CODEOWNERS', () => {
  const rules = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '))

  test.each(rules)('%s is there', (path) => {
    expect(path).toMatch(/^\//)
    expect(existsSync(join(ROOT, path))).toBe(true)
    expect(path.endsWith('/')).toBe(!tracked.includes(path.slice(1)))
  })

  test('whom to replace is one name, and one replacement is enough', () => {
    expect(new Set(rules.map(([, ...owners]) => owners.join(' ')))).toEqual(new Set(['@OWNER']))
  })

  test('keeps what signs people in, seals tokens, writes, deploys and checks', () => {
    const paths = rules.map(([path]) => path)
    const kept = ['shared/oauth/', 'shared/grants/', 'shared/tokens/', 'shared/entra/', 'shared/dataverse/change/']
    expect(paths).toEqual(expect.arrayContaining([...kept, 'infra/', '.github/', '.ci/'].map((path) => `/${path}`)))
  })
})

/** https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
const field = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    type: z.enum(['input', 'textarea']),
    id: z.string().regex(/^[\w-]+$/),
    attributes: z.strictObject({
      label: z.string(),
      description: z.string().optional(),
      render: z.literal('text').optional(),
    }),
    validations: z.strictObject({ required: z.literal(true) }).optional(),
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    id: z.string(),
    attributes: z.strictObject({
      label: z.string(),
      options: z.array(z.strictObject({ label: z.string(), required: z.boolean().optional() })),
    }),
  }),
])
const form = z.strictObject({
  name: z.string().min(3),
  description: z.string(),
  labels: z.array(z.string()),
  body: z.array(field).min(2),
})
const forms = readdirSync(join(ROOT, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml')

describe('the forms for issues', () => {
  test.each(forms)('%s is one, and asks for no data', (name) => {
    const text = read(`.github/ISSUE_TEMPLATE/${name}`)
    const { body } = form.parse(parse(text))
    const ids = body.flatMap((one) => ('id' in one ? [one.id] : []))
    expect(new Set(ids).size).toBe(ids.length)
    expect(text).toContain('**No data of your Dynamics 365')
  })

  test('who has a fault is asked for the doctor, and where to report a vulnerability stands first', () => {
    const { body } = form.parse(parse(read('.github/ISSUE_TEMPLATE/bug.yml')))
    expect(body[0]).toMatchObject({ attributes: { value: expect.stringContaining('../security/advisories/new') } })
    expect(body.flatMap((one) => ('id' in one ? [one.id] : []))).toEqual(
      expect.arrayContaining(['doctor', 'correlation', 'version', 'clean']),
    )
  })

  test('there is no way around them', () => {
    expect(parse(read('.github/ISSUE_TEMPLATE/config.yml'))).toEqual({ blank_issues_enabled: false })
  })
})

const ruleset = z.object({
  rules: z.array(
    z.object({
      type: z.string(),
      parameters: z
        .looseObject({ required_status_checks: z.array(z.object({ context: z.string() })) })
        .optional()
        .catch(undefined),
    }),
  ),
})

/** What GitHub calls the checks of a pull request: a job, with the values of its matrix. */
const checksOf = (name: string): string[] => {
  const { root, jobs } = readWorkflow(name, read(`.github/workflows/${name}`))
  if (!textsIn(root.get('on', true)).includes('pull_request')) return []
  return jobs.flatMap(({ id, node }) => {
    const matrix = mapOf(mapOf(node, 'strategy'), 'matrix')
    const [key] = keysOf(matrix)
    return key === undefined ? [id] : textsIn(matrix?.get(key, true)).map((value) => `${id} (${value})`)
  })
}

test('what must be green before a merge is every check of a pull request', () => {
  const { rules } = ruleset.parse(JSON.parse(read('.github/rulesets/main.json')))
  const required = rules.flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
  const checks = readdirSync(join(ROOT, '.github/workflows')).flatMap(checksOf)
  expect(required.map(({ context }) => context).sort()).toEqual(checks.sort())
})
