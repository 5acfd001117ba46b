import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createAzd, type Azd, type AzdOptions } from '../../../../infra/rehearsal/azd/azd.ts'
import type { Build, Run } from '../../../../infra/rehearsal/azd/context.ts'
import { runProcess } from '../../../../infra/rehearsal/azd/hooks/run-process.ts'
import type { Arm } from '../../../sandbox/azure/arm/arm.ts'
import { DEPLOYER, GROUP, nested, startSubscription, SUBSCRIPTION, template } from '../arm/subscription.ts'

export type Fixture = {
  readonly dir: string
  readonly azd: Azd
  readonly arm: Arm
  readonly zips: Uint8Array[]
  readonly write: (files: Readonly<Record<string, string>>) => void
  readonly read: (file: string) => string
  readonly wait: (milliseconds: number) => void
  readonly remove: () => void
}

/** Stands in for Bicep: the compiled template lies beside the source as main.json. */
export const buildFromJson: Build = async (file) => ({
  template: JSON.parse(readFileSync(file.replace(/\.bicep$/, '.json'), 'utf8')) as unknown,
  warnings: [],
})

/** Starts what the build script names without npm around it, which takes half a second each time. */
export const withoutNpm: Run = (command, args, options) =>
  command === 'npm' && args[0] === 'run'
    ? runProcess(process.execPath, ['build.mjs'], options)
    : runProcess(command, args, options)

/** A hook that appends what it sees to a file and can be told to fail. */
export const recordingHook = (name: string, variables: readonly string[] = [], more = ''): string => `
import { appendFileSync } from 'node:fs'
const seen = Object.fromEntries(${JSON.stringify(variables)}.map((name) => [name, process.env[name] ?? null]))
appendFileSync(new URL('../record.jsonl', import.meta.url), JSON.stringify({ hook: '${name}', cwd: process.cwd(), seen }) + '\\n')
console.log('${name} speaks')
${more}
`

const YAML = `
name: fixture
requiredVersions:
  azd: '>= 1.31.2'
infra:
  layers:
    - name: first
      path: infra/first
      hooks:
        preprovision: { kind: js, run: ../../hooks/pre.mjs, interactive: true }
        postprovision: { kind: js, run: ../../hooks/post.mjs, interactive: true }
    - name: second
      path: infra/second
      dependsOn: [first]
services:
  mcp: { project: ., language: ts, host: function, dist: dist, remoteBuild: false }
`

/** The same without hooks, for tests that do not look at them. */
export const WITHOUT_HOOKS = YAML.replace(/ {6}hooks:\n(?: {8}.*\n)+/, '')

const parameterFile = (parameters: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
  })

const first = template(
  {
    group: {
      ...GROUP,
      name: "[format('rg-{0}', parameters('environmentName'))]",
      tags: { 'azd-env-name': "[parameters('environmentName')]" },
    },
  },
  {
    parameters: { environmentName: { type: 'string' }, location: { type: 'string' } },
    outputs: {
      AZURE_RESOURCE_GROUP: { type: 'string', value: "[format('rg-{0}', parameters('environmentName'))]" },
      LIST: { type: 'array', value: ['a', 1] },
    },
  },
)

const site = {
  plan: { type: 'Microsoft.Web/serverfarms', apiVersion: '2025-03-01', name: 'plan', location: 'westeurope' },
  site: {
    type: 'Microsoft.Web/sites',
    apiVersion: '2025-03-01',
    name: 'func-fixture',
    location: 'westeurope',
    tags: { 'azd-service-name': 'mcp' },
    dependsOn: ['plan'],
    properties: { serverFarmId: "[resourceId('Microsoft.Web/serverfarms', 'plan')]" },
  },
}
const second = template(
  { inner: { ...(nested(site) as object), dependsOn: [], resourceGroup: "[parameters('group')]" } },
  {
    parameters: { group: { type: 'string' }, memory: { type: 'int', defaultValue: 512 } },
    outputs: {
      SITE: { type: 'string', value: 'func-fixture' },
      MEMORY: { type: 'int', value: "[parameters('memory')]" },
    },
  },
)

export const FILES: Readonly<Record<string, string>> = {
  'azure.yaml': YAML,
  'infra/first/main.bicep': 'output AZURE_RESOURCE_GROUP string = x\noutput LIST array = y\n',
  'infra/first/main.json': JSON.stringify(first),
  'infra/first/main.parameters.json': parameterFile({
    environmentName: '${AZURE_ENV_NAME}',
    location: '${AZURE_LOCATION}',
  }),
  'infra/second/main.bicep': 'output SITE string = x\n',
  'infra/second/main.json': JSON.stringify(second),
  'infra/second/main.parameters.json': parameterFile({ group: '${AZURE_RESOURCE_GROUP}', memory: '${MEMORY_MB=2048}' }),
  'hooks/package.json': '{ "name": "hooks", "private": true, "type": "module" }',
  'hooks/pre.mjs': recordingHook('pre', ['AZURE_RESOURCE_GROUP']),
  'hooks/post.mjs': recordingHook('post', ['AZURE_RESOURCE_GROUP', 'LIST']),
  'package.json': '{ "name": "fixture", "type": "module", "scripts": { "build": "node build.mjs" } }',
  'build.mjs':
    "import { mkdirSync, writeFileSync } from 'node:fs'\nmkdirSync('dist', { recursive: true })\nwriteFileSync('dist/index.js', 'app')\n",
}

/** A small project in a folder of its own, an empty subscription, and azd on both. */
export const startFixture = (
  files: Readonly<Record<string, string>> = {},
  options: Partial<AzdOptions> = {},
): Fixture => {
  const dir = mkdtempSync(join(tmpdir(), 'azd-fixture-'))
  const { arm, wait } = startSubscription()
  const zips: Uint8Array[] = []
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [file, text] of Object.entries(more)) {
      mkdirSync(dirname(join(dir, file)), { recursive: true })
      writeFileSync(join(dir, file), text)
      if (file.endsWith('.sh')) chmodSync(join(dir, file), 0o755)
    }
  }
  write({ ...FILES, ...files })
  const cloud = {
    arm,
    environment: () => ({ REHEARSAL: 'yes' }),
    path: [],
    deployZip: async (_: unknown, zip: Uint8Array) => void zips.push(zip),
  }
  const azd = createAzd({
    projectDir: dir,
    cloud,
    transcript: { write: () => undefined },
    principal: { ...DEPLOYER, type: 'User' },
    build: buildFromJson,
    run: withoutNpm,
    now: () => arm.world.now(),
    ...options,
  })
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8')
  return { dir, azd, arm, zips, write, read, wait, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

export const NEW_ENVIRONMENT = ['env', 'new', 'dev', '--subscription', SUBSCRIPTION, '--location', 'westeurope']

export type Recorded = { readonly hook: string; readonly cwd: string; readonly seen: Record<string, string | null> }
export const recordOf = ({ read }: Fixture): Recorded[] =>
  read('record.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
