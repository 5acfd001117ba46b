import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** What of azd's schema is used here; its own refuses further members of a layer, of a hook and of requiredVersions.
 * https://github.com/Azure/azure-dev/blob/main/schemas/v1.0/azure.yaml.json */
const hook = z.strictObject({ kind: z.literal('js'), run: z.string(), interactive: z.literal(true) })
const layer = z.strictObject({
  name: z.string(),
  path: z.string(),
  dependsOn: z.array(z.string()).optional(),
  hooks: z.strictObject({ preprovision: hook.optional(), postprovision: hook.optional() }),
})
const project = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  metadata: z.strictObject({ template: z.string() }),
  requiredVersions: z.strictObject({ azd: z.literal('>= 1.31.2') }),
  infra: z.strictObject({ layers: z.array(layer) }),
  services: z.record(
    z.string(),
    z.strictObject({
      project: z.string(),
      language: z.literal('ts'),
      host: z.literal('function'),
      dist: z.string(),
      remoteBuild: z.boolean(),
    }),
  ),
  hooks: z.strictObject({ postdeploy: hook }),
})

const azure = project.parse(parse(readFileSync(join(ROOT, 'azure.yaml'), 'utf8')))

describe('azure.yaml', () => {
  test('its layers stand in the order in which azd runs them, each after those it needs', () => {
    expect(azure.infra.layers.map(({ name, dependsOn = [] }) => [name, ...dependsOn])).toEqual([
      ['identity'],
      ['entra', 'identity'],
      ['platform', 'identity', 'entra'],
    ])
  })

  const hooks = [
    ...azure.infra.layers.flatMap(({ name, path, hooks: { preprovision, postprovision } }) =>
      [preprovision, postprovision].flatMap((one) => (one ? [[name, join(path, one.run)] as const] : [])),
    ),
    ['postdeploy', azure.hooks.postdeploy.run] as const,
  ]

  test.each(hooks)('the hook of %s is a file inside the project: %s', (_owner, run) => {
    const file = join(ROOT, run)
    expect(existsSync(file) && statSync(file).isFile()).toBe(true)
    expect(relative(ROOT, file).startsWith('..')).toBe(false)
  })

  test.each(hooks)('azd’s npm install for the hook of %s stops at a package without dependencies', (_owner, run) => {
    let folder = dirname(join(ROOT, run))
    while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
    expect(relative(ROOT, folder)).toBe(join('infra', 'hooks'))
    const { dependencies, devDependencies, scripts, type } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Record<string, unknown>
    expect({ dependencies, devDependencies, scripts, type }).toEqual({ type: 'module' })
    expect(readFileSync(join(folder, '.npmrc'), 'utf8')).toContain('package-lock=false')
  })
})

describe('what hooks import', () => {
  const IMPORTS = /^(?:import|export)[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/gm

  const reach = (file: string, seen = new Map<string, string[]>()): Map<string, string[]> => {
    if (seen.has(file)) return seen
    const specifiers = [...readFileSync(file, 'utf8').matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? '')
    seen.set(file, specifiers)
    for (const specifier of specifiers) if (specifier.startsWith('.')) reach(join(dirname(file), specifier), seen)
    return seen
  }

  test.each([
    'identity-preprovision',
    'entra-preprovision',
    'entra-postprovision',
    'platform-preprovision',
    'platform-postprovision',
    'postdeploy',
    'officer',
    'rotate-key',
  ])('%s reaches node’s own modules alone: it runs before anything is installed', (name) => {
    const files = reach(join(ROOT, 'infra/hooks/run/start.mjs'))
    reach(join(ROOT, `infra/hooks/steps/${name}.ts`), files)
    const foreign = [...files.values()].flat().filter((one) => !one.startsWith('.') && !one.startsWith('node:'))
    expect(foreign).toEqual([])
    expect(files.size).toBeGreaterThan(5)
  })
})
