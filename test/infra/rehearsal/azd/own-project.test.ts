import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseDocument } from 'yaml'
import { createAzd, type Azd } from '../../../../infra/rehearsal/azd/azd.ts'
import { resolveHook } from '../../../../infra/rehearsal/azd/hooks/resolve.ts'
import { inTiers } from '../../../../infra/rehearsal/azd/layers/order.ts'
import { layersOf, loadProject } from '../../../../infra/rehearsal/azd/project/load.ts'
import { findBicep } from '../../bicep-cli.ts'
import type { Arm } from '../../../sandbox/azure/arm/arm.ts'
import { DEPLOYER, startSubscription, SUBSCRIPTION } from '../arm/subscription.ts'
import { startTenant } from '../arm/tenant.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const bicep = await findBicep()
const withBicep = bicep.available ? describe : describe.skip

/** A copy of what azd reads, without the hooks: they have tests of their own. */
const copyProject = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'azd-own-'))
  cpSync(join(ROOT, 'infra'), join(dir, 'infra'), { recursive: true })
  const yaml = parseDocument(readFileSync(join(ROOT, 'azure.yaml'), 'utf8'))
  yaml.delete('hooks')
  for (const index of layersOf(loadProject(ROOT, '1.31.2')).keys()) yaml.deleteIn(['infra', 'layers', index, 'hooks'])
  writeFileSync(join(dir, 'azure.yaml'), yaml.toString())
  if (existsSync(join(ROOT, '.infra-check'))) symlinkSync(join(ROOT, '.infra-check'), join(dir, '.infra-check'))
  return dir
}

describe("this project's azure.yaml", () => {
  const project = loadProject(ROOT, '1.31.2')

  test('its layers come one after the other', () => {
    expect(inTiers(layersOf(project), ROOT).map((tier) => tier.map(({ name }) => name))).toEqual([
      ['identity'],
      ['entra'],
      ['platform'],
    ])
  })

  test('every hook is a script inside the project that both systems start by Node alone, and prints', () => {
    const layers = layersOf(project).flatMap((layer) =>
      Object.entries(layer.hooks ?? {}).flatMap(([name, hooks]) =>
        (hooks ?? []).map((hook) => ({ name, hook, base: join(ROOT, layer.path) })),
      ),
    )
    const own = Object.entries(project.hooks ?? {}).flatMap(([name, hooks]) =>
      (hooks ?? []).map((hook) => ({ name, hook, base: ROOT })),
    )
    const platforms = ['linux', 'darwin', 'win32'] as const
    for (const { name, hook, base } of [...layers, ...own])
      for (const platform of platforms)
        expect(resolveHook(name, hook, { base, projectDir: ROOT, platform })).toMatchObject({
          kind: 'js',
          interactive: true,
          cwd: join(ROOT, base === ROOT ? 'infra/hooks' : 'infra/hooks/layers'),
        })
    // azd installs packages in the nearest folder that has a package.json: the hooks' own, which needs none.
    expect(['layers/package.json', 'package.json'].map((file) => existsSync(join(ROOT, 'infra/hooks', file)))).toEqual([
      false,
      true,
    ])
    // Around every `azd provision <layer>`: a hook of the project would run there, too.
    expect(own.map(({ name }) => name).filter((name) => name.endsWith('provision'))).toEqual([])
  })
})

withBicep('azd provision on this project', () => {
  let dir: string
  let azd: Azd
  let arm: Arm
  beforeAll(() => {
    dir = copyProject()
    const tenant = startTenant()
    arm = startSubscription({ principals: tenant.principals }).arm
    azd = createAzd({
      projectDir: dir,
      cloud: { arm, graph: tenant.client, environment: () => ({}), path: [], deployZip: async () => undefined },
      transcript: { write: () => undefined },
      principal: { ...DEPLOYER, type: 'User' },
      now: () => arm.world.now(),
    })
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('an empty subscription, nothing set but the Dynamics address, three layers', async () => {
    await azd.run(['env', 'new', 'contoso', '--subscription', SUBSCRIPTION, '--location', 'westeurope'])
    const missing = await azd.run(['provision'])
    expect(missing.output).toContain('DATAVERSE_URL')
    await azd.run(['env', 'set', 'DATAVERSE_URL', 'https://contoso.crm4.dynamics.com'])
    const { code, output } = await azd.run(['provision'])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
    const { output: values } = await azd.run(['env', 'get-values', '--output', 'json'])
    expect(Object.keys(JSON.parse(values) as object)).toEqual(
      expect.arrayContaining([
        'AZURE_TENANT_ID',
        'AZURE_RESOURCE_GROUP',
        'MANAGED_IDENTITY_CLIENT_ID',
        'PUBLIC_BASE_URL',
        'ENTRA_CLIENT_ID',
        'ENTRA_API_SCOPE',
        'FUNCTION_APP_NAME',
        'KEY_VAULT_URL',
        'TABLES_ENDPOINT',
        'MCP_URL',
      ]),
    )
  }, 120_000)

  test("a second time nothing is deployed: no layer's own outputs change its parameters", async () => {
    const deployments = arm.deployments().length
    const { output } = await azd.run(['provision'])
    expect(output).toContain('There are no changes to provision for your application.')
    expect(arm.deployments()).toHaveLength(deployments)
  })

  test('deployed all the same, it changes nothing in Azure or Entra', async () => {
    const { output } = await azd.run(['provision', '--no-state'])
    expect(output).not.toContain('ERROR')
    expect(output).not.toMatch(/\((?:✓)\) (?:Create|Modify)/)
  })

  test.each(['identity', 'entra', 'platform'])('a preview of %s', async (layer) => {
    const { code, output } = await azd.run(['provision', '--preview', layer])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
  })

  test('what remains after azd down is the registration in Entra, and the name of a protected vault', async () => {
    const { output, code } = await azd.run(['down', '--force', '--purge'])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
    expect(arm.resources()).toEqual([])
    expect(arm.deletedVaults()).toHaveLength(1)
    const again = await azd.run(['provision'])
    expect(again.output).toContain('ConflictError: A vault with the same name already exists in deleted state')
  })
})
