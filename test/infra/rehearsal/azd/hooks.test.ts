import { afterEach, describe, expect, test } from '@jest/globals'
import { resolveHook } from '../../../../infra/rehearsal/azd/hooks/resolve.ts'
import type { Run } from '../../../../infra/rehearsal/azd/context.ts'
import { runProcess } from '../../../../infra/rehearsal/azd/hooks/run-process.ts'
import { FILES, NEW_ENVIRONMENT, recordingHook, recordOf, startFixture, type Fixture } from './project.ts'

let fixture: Fixture | undefined
afterEach(() => {
  fixture?.remove()
  fixture = undefined
})

const withHooks = (hooks: string): string =>
  `name: fixture\ninfra:\n  layers:\n    - { name: first, path: infra/first }\nhooks:\n${hooks}`
const start = async (
  files: Record<string, string>,
  options: Parameters<typeof startFixture>[1] = {},
): Promise<Fixture> => {
  fixture = startFixture(files, options)
  await fixture.azd.run(NEW_ENVIRONMENT)
  return fixture
}
const run = (own: Fixture) => own.azd.run(['hooks', 'run', 'postdeploy'])

describe('what a hook sees', () => {
  const NAMES = [
    'AZURE_ENV_NAME',
    'AZURE_LOCATION',
    'AZURE_SUBSCRIPTION_ID',
    'AZURE_PRINCIPAL_ID',
    'AZURE_PRINCIPAL_TYPE',
    'AZURE_TENANT_ID',
    'MINE',
    'REHEARSAL',
  ]

  test("azd's own environment and .env, and neither principal nor tenant", async () => {
    process.env['AZURE_TENANT_ID'] = 'of the person who runs the tests'
    const own = await start(
      {
        'azure.yaml': withHooks('  postdeploy: { kind: js, run: hooks/x.mjs }\n'),
        'hooks/x.mjs': recordingHook('x', NAMES),
      },
      { env: { MINE: 'process' } },
    )
    expect(await run(own)).toMatchObject({ code: 0 })
    delete process.env['AZURE_TENANT_ID']
    expect(recordOf(own)[0]?.seen).toEqual({
      AZURE_ENV_NAME: 'dev',
      AZURE_LOCATION: 'westeurope',
      AZURE_SUBSCRIPTION_ID: own.arm.subscriptionId,
      AZURE_PRINCIPAL_ID: null,
      AZURE_PRINCIPAL_TYPE: null,
      AZURE_TENANT_ID: null,
      MINE: 'process',
      REHEARSAL: 'yes',
    })
  })

  test('.env goes before the environment of the process', async () => {
    const own = await start(
      {
        'azure.yaml': withHooks('  postdeploy: { kind: js, run: hooks/x.mjs }\n'),
        'hooks/x.mjs': recordingHook('x', ['MINE']),
      },
      { env: { MINE: 'process' } },
    )
    await own.azd.run(['env', 'set', 'MINE', 'environment'])
    await run(own)
    expect(recordOf(own)[0]?.seen).toEqual({ MINE: 'environment' })
  })
})

describe('how a hook runs', () => {
  test('several for one event, each seeing what the one before set', async () => {
    const own = await start({
      'azure.yaml': withHooks(
        '  postdeploy:\n    - { kind: js, run: hooks/a.mjs }\n    - { kind: js, run: hooks/b.mjs }\n',
      ),
      'hooks/a.mjs':
        "import { execFileSync } from 'node:child_process'\nexecFileSync('azd', ['env', 'set', 'A=1', 'B=two words'])\n",
      'hooks/b.mjs': recordingHook('b', ['A', 'B']),
    })
    expect((await run(own)).output).not.toContain('ERROR')
    expect(recordOf(own)).toMatchObject([{ seen: { A: '1', B: 'two words' } }])
  })

  test('a shell script in line, in the folder of the project', async () => {
    const own = await start({
      'azure.yaml': withHooks('  postdeploy: { shell: sh, run: "pwd; echo $AZURE_ENV_NAME" }\n'),
    })
    expect((await run(own)).output).toContain(`${own.dir}\ndev\n`)
  })

  test('continueOnError warns and goes on', async () => {
    const own = await start({
      'azure.yaml': withHooks(
        '  postdeploy:\n    - { shell: sh, run: "exit 4", continueOnError: true }\n    - { shell: sh, run: "echo later" }\n',
      ),
    })
    const { code, output } = await run(own)
    expect(code).toBe(0)
    expect(output).toContain("WARNING: 'postdeploy' hook failed with exit code: '4'")
    expect(output).toContain('later')
  })

  test('without `interactive` what it prints is lost, unless it fails', async () => {
    const yaml = `${FILES['azure.yaml'] ?? ''}hooks:\n  predeploy: { kind: js, run: hooks/x.mjs }\n`
    const own = await start({ 'azure.yaml': yaml, 'hooks/x.mjs': "console.log('quiet')\n" })
    await own.azd.run(['provision'])
    expect((await own.azd.run(['deploy'])).output).not.toContain('quiet')
    own.write({ 'hooks/x.mjs': "console.error('loud'); process.exit(1)\n" })
    const failed = await own.azd.run(['deploy'])
    expect(failed.output).toContain("ERROR: 'predeploy' hook failed with exit code: '1'")
    expect(failed.output).toContain('loud')
  })

  test.each<[string, string, string]>([
    ['no Node', '', 'Node.js is required to run this hook but was not found on PATH'],
    ['an old Node', 'v16.20.0', 'Install Node.js 18+'],
  ])('%s on PATH', async (_, version, message) => {
    const fake: Run = (command, args, options) =>
      command === 'node' && args[0] === '--version'
        ? Promise.resolve({ code: version === '' ? 127 : 0, output: version })
        : runProcess(command, args, options)
    const own = await start(
      { 'azure.yaml': withHooks('  postdeploy: { kind: js, run: hooks/pre.mjs }\n') },
      { run: fake },
    )
    expect((await run(own)).output).toContain(message)
  })

  test('npm installs in the nearest folder with a package.json', async () => {
    const calls: string[] = []
    const fake: Run = (command, args, options) => {
      if (command !== 'npm') return runProcess(command, args, options)
      calls.push(`${args.join(' ')} in ${options.cwd}`)
      return Promise.resolve({ code: 1, output: 'npm error network' })
    }
    const own = await start(
      {
        'azure.yaml': withHooks('  postdeploy: { kind: js, run: scripts/deep/x.mjs }\n'),
        'scripts/deep/x.mjs': '',
        'package.json': '{ "dependencies": { "zod": "4" } }',
      },
      { run: fake },
    )
    const { output } = await run(own)
    expect(calls).toEqual([`install --no-audit --no-fund --prefer-offline in ${own.dir}`])
    expect(output).toContain(`installing Node.js dependencies in ${own.dir}: exit code: 1, stderr: npm error network`)
  })

  test('azd hooks run names what there is not', async () => {
    const own = await start({})
    expect((await own.azd.run(['hooks', 'run', 'predeploy'])).output).toContain("the hook 'predeploy' was not found")
    expect((await own.azd.run(['hooks', 'run', 'preprovision', '--layer', 'none'])).output).toContain(
      "'none' not found",
    )
    expect((await own.azd.run(['hooks', 'run', 'preprovision', '--layer', 'first'])).output).toContain('pre speaks')
  })
})

describe('where a script may be', () => {
  const resolve = (config: Parameters<typeof resolveHook>[1], platform: NodeJS.Platform = 'linux') => {
    fixture = startFixture({ 'hooks/win.ps1': '', 'hooks/run.sh': '' })
    return resolveHook('x', config, { base: `${fixture.dir}/infra/first`, projectDir: fixture.dir, platform })
  }

  test("a layer's paths begin at its folder; a program runs in its script's folder, a shell in the layer's", () => {
    expect(resolve({ kind: 'js', run: '../../hooks/pre.mjs' }).cwd).toBe(`${fixture?.dir ?? ''}/hooks`)
    fixture?.remove()
    expect(resolve({ run: '../../hooks/run.sh' })).toMatchObject({
      kind: 'sh',
      cwd: `${fixture?.dir ?? ''}/infra/first`,
    })
  })

  test('each system has its own', () => {
    const config = {
      windows: { shell: 'pwsh' as const, run: '../../hooks/win.ps1' },
      posix: { shell: 'sh' as const, run: '../../hooks/run.sh' },
    }
    expect(resolve(config, 'win32').kind).toBe('pwsh')
    fixture?.remove()
    expect(resolve(config, 'darwin').kind).toBe('sh')
  })

  test.each<[string, Parameters<typeof resolveHook>[1], string]>([
    ['nothing to run', { kind: 'js' }, 'run is always required'],
    ['outside of the project', { kind: 'sh', run: '../../../../bin/sh' }, 'escapes project root'],
    ['a folder outside', { kind: 'js', run: '../../hooks/pre.mjs', dir: '../../../..' }, 'escapes project root'],
    ['no such file', { kind: 'js', run: 'hooks/pre.mjs' }, 'inline scripts are not supported for js hooks'],
    ['no kind to be seen', { run: 'echo' }, 'unable to determine the kind of hook'],
    ['a kind that downloads', { kind: 'ts', run: '../../hooks/pre.mjs' }, "hooks of kind 'ts' are not known"],
  ])('%s', (_, config, message) => {
    expect(() => resolve(config)).toThrow(message)
  })
})
