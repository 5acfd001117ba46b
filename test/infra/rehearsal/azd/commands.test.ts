// Not in a bare npm test: types commands.
import { execFile } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { unzipSync } from 'fflate'
import { AZD } from '../../../../infra/rehearsal/azd/bin/answer.ts'
import { AZD_FOLDER } from '../../../../infra/rehearsal/azd/hooks/environment.ts'
import { filesToZip } from '../../../../infra/rehearsal/azd/service/zip.ts'
import type { ServiceConfig } from '../../../../infra/rehearsal/azd/project/schema.ts'
import type { AzdOptions } from '../../../../infra/rehearsal/azd/azd.ts'
import { runProcess } from '../../../../infra/rehearsal/azd/hooks/run-process.ts'
import { startAz } from '../../../sandbox/azure/az/start-az.ts'
import { DEPLOYER, SUBSCRIPTION } from '../arm/subscription.ts'
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

const start = async (files: Record<string, string> = {}, options: Partial<AzdOptions> = {}): Promise<Fixture> => {
  fixture = startFixture({ 'azure.yaml': WITHOUT_HOOKS, ...files }, options)
  await fixture.azd.run(NEW_ENVIRONMENT)
  return fixture
}

describe('azd up', () => {
  test('all hooks in their order, the build after the layers, the app from the zip', async () => {
    const names = [
      'preup',
      'prepackage',
      'preprovision',
      'postprovision',
      'predeploy',
      'postpackage',
      'postdeploy',
      'postup',
    ]
    const hooks = names.map((name) => `  ${name}: { kind: js, run: hooks/${name}.mjs }`).join('\n')
    const files = Object.fromEntries(names.map((name) => [`hooks/${name}.mjs`, recordingHook(name, ['SITE'])]))
    const yaml = `${FILES['azure.yaml'] ?? ''}hooks:\n${hooks}\n`
    const own = await start({ 'azure.yaml': yaml, ...files }, { run: runProcess })
    const { code, output } = await own.azd.run(['up'])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
    expect(recordOf(own).map(({ hook }) => hook)).toEqual([
      'preup',
      'prepackage',
      'preprovision',
      'pre',
      'post',
      'postprovision',
      'predeploy',
      'postpackage',
      'postdeploy',
      'postup',
    ])
    expect(output.indexOf('Provisioning layer: second')).toBeLessThan(output.indexOf('npm run build'))
    expect(own.zips.map((zip) => Object.keys(unzipSync(zip)))).toEqual([['index.js']])
    expect(output).toContain('Endpoint: https://func-fixture.azurewebsites.net/')
  })

  test('no code is deployed when a hook before it fails', async () => {
    const own = await start({
      'azure.yaml': `${FILES['azure.yaml'] ?? ''}hooks:\n  postprovision: { shell: sh, run: exit 1 }\n`,
    })
    expect((await own.azd.run(['up'])).code).toBe(1)
    expect(own.zips).toEqual([])
  })
})

describe('azd deploy', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'the tag of the service is missing',
      { 'infra/second/main.json': (FILES['infra/second/main.json'] ?? '').replace('azd-service-name', 'other') },
      "unable to find a resource tagged with 'azd-service-name: mcp'",
    ],
    [
      'the build fails',
      { 'build.mjs': "console.error('no'); process.exit(2)" },
      "failed packaging service 'mcp': running npm script build: exit code: 2",
    ],
    ['nothing was built', { 'build.mjs': '' }, 'is empty or does not exist'],
    [
      '.funcignore of the project excludes node_modules',
      { '.funcignore': 'node_modules\n' },
      "'remoteBuild: false' cannot be used when '.funcignore' excludes node_modules",
    ],
  ])('%s', async (_, files, message) => {
    const own = await start(files)
    await own.azd.run(['provision'])
    const { code, output } = await own.azd.run(['deploy'])
    expect(output).toContain(message)
    expect(code).toBe(1)
  })

  test('before anything was provisioned, and for a service that is none', async () => {
    const own = await start()
    expect((await own.azd.run(['deploy'])).output).toContain('0 resource groups with the tag azd-env-name=dev')
    expect((await own.azd.run(['deploy', 'web'])).output).toContain("service name 'web' doesn't exist")
  })
})

describe('azd deploy --from-package', () => {
  const provisioned = async (files: Record<string, string> = {}): Promise<Fixture> => {
    const own = await start({ 'release/app.zip': 'PK of the release', 'release/app.bin': 'x', ...files })
    await own.azd.run(['provision'])
    return own
  }

  test('the file as it is: nothing is installed, built or zipped, and the hooks of deploy run', async () => {
    const hooks = ['prepackage', 'predeploy', 'postdeploy']
    const own = await provisioned({
      'azure.yaml': `${WITHOUT_HOOKS}hooks:\n${hooks.map((name) => `  ${name}: { kind: js, run: hooks/${name}.mjs }`).join('\n')}\n`,
      ...Object.fromEntries(hooks.map((name) => [`hooks/${name}.mjs`, recordingHook(name, ['SITE'])])),
      'build.mjs': "console.error('built'); process.exit(2)",
    })
    const { code, output } = await own.azd.run(['deploy', 'mcp', '--from-package', 'release/app.zip'])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
    expect(own.zips.map((zip) => Buffer.from(zip).toString())).toEqual(['PK of the release'])
    expect(recordOf(own).map(({ hook }) => hook)).toEqual(['predeploy', 'postdeploy'])
    expect(own.read('release/app.zip')).toBe('PK of the release')
  })

  test.each<[string, string[], Record<string, string>, string]>([
    ['no service', ['release/app.zip'], {}, "'--from-package' cannot be specified when deploying all services"],
    ['--all', ['release/app.zip', '--all'], {}, "'--from-package' cannot be specified when '--all' is set"],
    ['a file that is not there', ['release/none.zip', 'mcp'], {}, 'no zip package found in service context'],
    ['a folder', ['release', 'mcp'], {}, 'no zip package found in service context'],
    ['no archive by its name', ['release/app.bin', 'mcp'], {}, 'no zip package found in service context'],
    ['another service', ['release/app.zip', 'web'], {}, "service name 'web' doesn't exist"],
    [
      'an ignore file that asks for a remote build',
      ['release/app.zip', 'mcp'],
      { '.funcignore': 'node_modules\n' },
      "'remoteBuild: false' cannot be used when '.funcignore' excludes node_modules",
    ],
  ])('%s is refused', async (_, args, files, message) => {
    const own = await provisioned(files)
    const { code, output } = await own.azd.run(['deploy', '--from-package', ...args])
    expect(output).toContain(message)
    expect(code).toBe(1)
    expect(own.zips).toEqual([])
  })
})

describe('the zip', () => {
  const service: ServiceConfig = { project: '.', host: 'function', language: 'ts', remoteBuild: false }
  const DIST = {
    'd/index.js': 'x',
    'd/index.js.map': 'x',
    'd/local.settings.json': '{}',
    'd/.azure/x': '',
    'd/chunks/a.js': '',
    'd/chunks/a.js.map': '',
    'd/node_modules/m/index.js': '',
  }

  test.each<[string, Record<string, string>, Partial<ServiceConfig>, string[]]>([
    [
      'without an ignore file maps go along',
      {},
      {},
      ['chunks/a.js', 'chunks/a.js.map', 'index.js', 'index.js.map', 'node_modules/m/index.js'],
    ],
    [
      'the one in the project does not count',
      { '.funcignore': '*.map\n' },
      {},
      ['chunks/a.js', 'chunks/a.js.map', 'index.js', 'index.js.map', 'node_modules/m/index.js'],
    ],
    [
      'the one in the folder does',
      { 'd/.funcignore': '\uFEFF*.map\n' },
      {},
      ['chunks/a.js', 'index.js', 'node_modules/m/index.js'],
    ],
    [
      'a remote build leaves node_modules out',
      {},
      { remoteBuild: true },
      ['chunks/a.js', 'chunks/a.js.map', 'index.js', 'index.js.map'],
    ],
  ])('%s', (_, files, more, expected) => {
    fixture = startFixture({ ...DIST, ...files })
    expect(filesToZip(join(fixture.dir, 'd'), { ...service, ...more })).toEqual(expected)
  })

  test('the same files make the same bytes', async () => {
    const own = await start()
    await own.azd.run(['up'])
    await own.azd.run(['deploy'])
    expect(Buffer.compare(own.zips[0] ?? new Uint8Array(), own.zips[1] ?? new Uint8Array())).toBe(0)
  })
})

describe('azd down', () => {
  test('asks, and without a person the answer is no', async () => {
    const own = await start()
    await own.azd.run(['provision'])
    expect((await own.azd.run(['down'])).output).toContain('ERROR: user denied delete confirmation')
    expect(own.arm.byType('Microsoft.Web/sites')).toHaveLength(1)
  })

  test('deletes the groups, forgets outputs, and the next run deploys again', async () => {
    const own = await start()
    await own.azd.run(['provision'])
    const { code, output } = await own.azd.run(['down', '--force', '--purge'])
    expect(output).not.toContain('ERROR')
    expect(code).toBe(0)
    expect(output.indexOf('layer: second')).toBeLessThan(output.indexOf('layer: first'))
    expect(own.arm.resources()).toEqual([])
    expect(own.read('.azure/dev/.env')).toBe(
      `AZURE_ENV_NAME="dev"\nAZURE_LOCATION="westeurope"\nAZURE_SUBSCRIPTION_ID="${SUBSCRIPTION}"\n`,
    )
    expect((await own.azd.run(['provision'])).output).not.toContain('Skipped')
    expect(own.arm.byType('Microsoft.Web/sites')).toHaveLength(1)
  })

  test.each<[boolean, string[], number]>([
    [false, ['--purge'], 0],
    [false, [], 1],
    [true, ['--purge'], 1],
  ])(
    'a vault with purge protection %s, azd down --force %j: %i deleted vaults left',
    async (purgeProtection, flags, left) => {
      const own = await start()
      await own.azd.run(['provision'])
      const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev`
      const group = own.arm.resource(id)
      if (group === undefined) throw new Error('no group')
      const vault = {
        ...group,
        id: `${id}/providers/Microsoft.KeyVault/vaults/kv`,
        type: 'Microsoft.KeyVault/vaults',
        name: 'kv',
      }
      const properties = { softDeleteRetentionInDays: 7, ...(purgeProtection ? { enablePurgeProtection: true } : {}) }
      own.arm.world.resources.set(vault.id.toLowerCase(), { ...vault, properties, declared: properties })
      await own.azd.run(['down', '--force', ...flags])
      expect(own.arm.deletedVaults()).toHaveLength(left)
      if (purgeProtection) expect(() => own.arm.purgeVault('kv', DEPLOYER)).toThrow(/purge protection/)
    },
  )
})

describe('azd env and azd version', () => {
  test('new, set, get, select, list', async () => {
    const own = await start()
    const say = async (...args: string[]): Promise<string> => (await own.azd.run(args)).output
    expect(await say('env', 'get-value', 'AZURE_LOCATION')).toBe('westeurope\n')
    expect(await say('env', 'set', 'EMPTY', '')).toBe('')
    expect(await say('env', 'get-values')).toContain('EMPTY=""\n')
    expect(JSON.parse(await say('env', 'get-values', '--output', 'json'))).toMatchObject({
      EMPTY: '',
      AZURE_ENV_NAME: 'dev',
    })
    expect(await say('env', 'get-value', 'NONE')).toContain("ERROR: key 'NONE' not found in the environment values")
    expect(await say('env', 'new', 'dev')).toContain("environment 'dev' already exists")
    expect(await say('env', 'new', 'not good')).toContain("environment name 'not good' is invalid")
    await say('env', 'new', 'prod')
    expect(await say('env', 'list')).toBe('NAME        DEFAULT\ndev         false\nprod        true\n')
    expect(await say('env', 'get-value', 'AZURE_LOCATION', '-e', 'dev')).toBe('westeurope\n')
    expect(await say('env', 'select', 'test')).toContain('You can create it with "azd env new test"')
    expect(await say('env', 'get-values', '-e', 'test')).toContain("environment 'test' does not exist")
    expect(JSON.parse(await say('version', '--output', 'json'))).toMatchObject({ azd: { version: '1.31.2' } })
    expect(await say('version')).toMatch(/^azd version 1\.31\.2 \(commit /)
  })

  /** As hooks find it: a program of its own, and a launcher that asks the rehearsal. */
  const onPath = async (way: 'program' | 'launcher') => {
    const asked: string[] = []
    const counted: typeof AZD = {
      ...AZD,
      answer: (args, place) => {
        asked.push(args.join(' '))
        return AZD.answer(args, place)
      },
    }
    const az = await startAz({ account: () => undefined, token: () => Promise.reject(new Error()), beside: [counted] })
    const folders = way === 'program' ? [AZD_FOLDER] : [az.folder]
    const PATH = [...folders, dirname(process.execPath), process.env['PATH']].join(delimiter)
    return { env: { PATH, REHEARSAL_AZ: az.environment.REHEARSAL_AZ }, asked, close: az.close }
  }

  test.each([
    ['program', 0],
    ['launcher', 7],
  ] as const)(
    'the azd on PATH, a %s, does the same to the same files, from any folder of the project, and nothing else',
    async (way, answered) => {
      const own = await start()
      const { env, asked, close } = await onPath(way)
      const callIn = (
        AZURE_ENV_NAME: Record<string, string>,
        ...args: string[]
      ): Promise<{ code: number; stdout: string; stderr: string }> =>
        new Promise((resolve) => {
          const options = { cwd: join(own.dir, 'infra/first'), env: { ...env, ...AZURE_ENV_NAME } }
          execFile('azd', args, options, (error, stdout, stderr) =>
            resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
          )
        })
      const call = (...args: string[]) => callIn({}, ...args)
      expect(await call('env', 'set', 'FROM', 'a hook', '--no-prompt')).toMatchObject({ code: 0, stdout: '' })
      expect(own.read('.azure/dev/.env')).toContain('FROM="a hook"')
      expect(await call('env', 'get-value', 'FROM')).toEqual({ code: 0, stdout: 'a hook\n', stderr: '' })
      expect(await callIn({ AZURE_ENV_NAME: 'other' }, 'env', 'get-value', 'FROM')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("environment 'other' does not exist"),
      })
      expect(await call('version', '--output', 'json')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('"version": "1.31.2"'),
      })
      expect(await call('env', 'get-value', 'NONE')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("key 'NONE' not found"),
      })
      expect(await call('up')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('knows `env` and `version` only'),
      })
      expect(await call('env', 'remove', 'dev')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('unknown command'),
      })
      expect(asked).toHaveLength(answered)
      await close()
    },
  )
})
