import { afterEach, describe, expect, test } from '@jest/globals'
import {
  FILES,
  NEW_ENVIRONMENT,
  recordingHook,
  recordOf,
  startFixture,
  WITHOUT_HOOKS,
  type Fixture,
} from './project.ts'

let fixture: Fixture
afterEach(() => fixture.remove())

const start = async (files: Record<string, string> = {}): Promise<Fixture> => {
  fixture = startFixture(files)
  await fixture.azd.run(NEW_ENVIRONMENT)
  return fixture
}
const values = (): string => fixture.read('.azure/dev/.env')
const hooksOf = (): string[] => recordOf(fixture).map(({ hook }) => hook)

describe('azd provision', () => {
  test('a layer: pre-hooks, deployment, outputs into .env, post-hooks; the next one sees them', async () => {
    const { azd, dir, arm } = await start()
    const { code, output } = await azd.run(['provision'])
    expect(output).toContain('SUCCESS: Your application was provisioned in Azure.')
    expect(code).toBe(0)
    expect(values()).toBe(
      [
        'AZURE_ENV_NAME="dev"',
        'AZURE_LOCATION="westeurope"',
        'AZURE_RESOURCE_GROUP="rg-dev"',
        `AZURE_SUBSCRIPTION_ID="${arm.subscriptionId}"`,
        'LIST="[\\"a\\",1]"',
        'MEMORY=2048',
        'SITE="func-fixture"',
        '',
      ].join('\n'),
    )
    expect(recordOf(fixture)).toEqual([
      { hook: 'pre', cwd: `${dir}/hooks`, seen: { AZURE_RESOURCE_GROUP: null } },
      { hook: 'post', cwd: `${dir}/hooks`, seen: { AZURE_RESOURCE_GROUP: 'rg-dev', LIST: '["a",1]' } },
    ])
    expect(output).toContain('pre speaks')
    expect(output).toContain(`npm install in ${dir}/hooks: nothing to install`)
  })

  test('the second time every layer is skipped, and its hooks run all the same', async () => {
    const { azd, arm } = await start()
    await azd.run(['provision'])
    const deployed = arm.deployments().length
    const { output } = await azd.run(['provision'])
    expect(output).toContain("Skipped: Didn't find new changes.")
    expect(output).toContain('There are no changes to provision for your application.')
    expect(arm.deployments()).toHaveLength(deployed)
    expect(hooksOf()).toEqual(['pre', 'post', 'pre', 'post'])
  })

  test.each<[string, (own: Fixture) => unknown, string[], number]>([
    ['--no-state', () => undefined, ['provision', '--no-state'], 4],
    ['another parameter', ({ azd }) => azd.run(['env', 'set', 'MEMORY_MB', '4096']), ['provision'], 3],
    [
      'another template',
      ({ write }) =>
        write({
          'infra/second/main.json': (FILES['infra/second/main.json'] ?? '').replace('func-fixture', 'func-other'),
        }),
      ['provision'],
      3,
    ],
    [
      'outputs lost from .env come back without a deployment',
      ({ azd }) => azd.run(['env', 'set', 'SITE', 'x']),
      ['provision'],
      2,
    ],
    [
      'a change by hand is not seen',
      ({ arm }) => arm.byType('Microsoft.Web/sites').map(({ id }) => arm.world.resources.delete(id.toLowerCase())),
      ['provision'],
      2,
    ],
    ['one layer', () => undefined, ['provision', 'second', '--no-state'], 3],
  ])('state: %s', async (_, change, args, deployments) => {
    const own = await start({ 'azure.yaml': WITHOUT_HOOKS })
    await own.azd.run(['provision'])
    await change(own)
    const { code } = await own.azd.run(args)
    expect(code).toBe(0)
    expect(own.arm.deployments()).toHaveLength(deployments)
    expect(values()).toContain('SITE="func-')
  })

  test('after a failed deployment nothing is skipped', async () => {
    const own = await start({ 'azure.yaml': WITHOUT_HOOKS })
    await own.azd.run(['provision'])
    own.write({ 'infra/second/main.json': (FILES['infra/second/main.json'] ?? '').replaceAll('"func-fixture"', '"-"') })
    const failed = await own.azd.run(['provision'])
    expect(failed.code).toBe(1)
    expect(failed.output).toContain('ERROR: deployment failed: deploying layer second: error deploying infrastructure')
    expect(failed.output).toContain('- BadRequest: The parameter name has an invalid value: -.')
    own.write({ 'infra/second/main.json': FILES['infra/second/main.json'] ?? '' })
    const { output } = await own.azd.run(['provision', 'second'])
    expect(output).not.toContain('Skipped')
  })

  test("a parameter is looked at before the layer's own pre-hook could set it", async () => {
    const own = await start({
      'infra/first/main.parameters.json':
        '{"parameters":{"environmentName":{"value":"${NAME}"},"location":{"value":"${AZURE_LOCATION}"}}}',
      'hooks/pre.mjs': recordingHook('pre'),
    })
    const { code, output } = await own.azd.run(['provision'])
    expect(code).toBe(1)
    expect(output).toContain('initializing layer first: missing required inputs')
    expect(output).toContain('Environment variable: NAME')
    expect(() => own.read('record.jsonl')).toThrow()
  })

  test('what a hook sets by azd env set reaches the next layer', async () => {
    const set =
      "import { execFileSync } from 'node:child_process'\nexecFileSync('azd', ['env', 'set', 'MEMORY_MB', '512'], { stdio: 'inherit' })\n"
    const own = await start({ 'hooks/post.mjs': set })
    const { output, code } = await own.azd.run(['provision'])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
    expect(values()).toMatch(/^MEMORY=512$/m)
  })

  test('the first layer that fails ends it', async () => {
    const own = await start({ 'hooks/post.mjs': recordingHook('post', [], 'process.exitCode = 3') })
    const { code, output } = await own.azd.run(['provision'])
    expect(code).toBe(1)
    expect(output).toContain(
      `ERROR: deployment failed: layer first post-hooks: 'postprovision' hook failed with exit code: '3', Path: '${own.dir}/hooks/post.mjs'. : exit code: 3`,
    )
    expect(output).not.toContain('Provisioning layer: second')
    const alone = await own.azd.run(['provision', 'first'])
    expect(alone.output).toContain(
      "ERROR: deployment failed: layer 'first': failed running post hooks: 'postprovision' hook failed with exit code: '3'",
    )
    expect(values()).toContain('AZURE_RESOURCE_GROUP')
  })

  test('--preview takes one layer, runs no hook and writes nothing', async () => {
    const own = await start()
    const all = await own.azd.run(['provision', '--preview'])
    expect(all.code).toBe(1)
    expect(all.output).toContain('ERROR: --preview cannot be used when provisioning multiple layers')
    expect(all.output).toContain("Run 'azd provision --preview <layer-name>' targeting a single layer.")
    const before = values()
    const one = await own.azd.run(['provision', 'first', '--preview'])
    expect(one.output).toContain('Create : Microsoft.Resources/resourceGroups : rg-dev')
    expect(one.code).toBe(0)
    expect(values()).toBe(before)
    expect(own.arm.resources()).toEqual([])
    expect(() => own.read('record.jsonl')).toThrow()
  })

  test("a project's own hooks wrap one layer, too", async () => {
    const own = await start({
      'azure.yaml': `${FILES['azure.yaml'] ?? ''}hooks:\n  postprovision: { kind: js, run: hooks/project.mjs }\n`,
      'hooks/project.mjs': recordingHook('project', ['SITE']),
    })
    await own.azd.run(['provision', 'first'])
    expect(recordOf(own).at(-1)).toMatchObject({ hook: 'project', seen: { SITE: null } })
  })

  test.each([
    [['provision', 'third'], "provisioning layer 'third' not found"],
    [['provision', '--force'], 'unknown flag: --force'],
    [['provision', 'first', 'second'], 'accepts at most 1 arg(s), received 2'],
    [['up', '--no-state'], 'unknown flag: --no-state'],
    [['refresh'], 'unknown command "refresh" for "azd"'],
  ])('azd %j is refused', async (args, message) => {
    const own = await start()
    const { code, output } = await own.azd.run(args)
    expect(code).toBe(1)
    expect(output).toContain(`ERROR: ${message}`)
  })

  test("another subscription than one's own is refused", async () => {
    const own = await start()
    await own.azd.run(['env', 'set', 'AZURE_SUBSCRIPTION_ID', '00000000-0000-0000-0000-000000000009'])
    expect((await own.azd.run(['provision'])).output).toContain(
      "failed to resolve user access to subscription with ID '00000000-0000-0000-0000-000000000009'",
    )
  })
})
