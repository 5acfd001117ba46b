// Not in a bare npm test: starts programs.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parseDotenv } from '../../../../infra/rehearsal/azd/environment/dotenv.ts'
import { type Machine, type Ran, runStep, runStepsOf, withPrograms } from './run-steps.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const steps = runStepsOf(readFileSync(join(ROOT, '.github/workflows/deploy.yml'), 'utf8'), 'deploy')
const ZIP = 'chatgpt-dynamics-mcp-1.2.3.zip'
const SUBSCRIPTION = '3b1c5d7e-9f20-4a63-8b5c-7d6e5f4a3b2c'

/** Writes down how it was called; `gh` also gives the files of a release, and refuses what `refuse` names. */
const recorded = (name: string, more = '') => `printf '%s\\n' "${name} $*" >> "$CALLS"\n${more}`
const GH = recorded(
  'gh',
  `case "$1 $2" in
  'release download') cp "$RELEASE"/* . ;;
  'attestation verify') [ "$REFUSE" != attestation ] || { echo 'no attestation' >&2; exit 1; } ;;
esac`,
)

let machine: Machine
let folder: string
const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'job-'))
  for (const name of ['clone', 'release', 'temp']) mkdirSync(join(folder, name))
  for (const name of ['infra', 'shared', 'package.json']) symlinkSync(join(ROOT, name), join(folder, 'clone', name))
  writeFileSync(join(folder, 'calls'), '')
  writeFileSync(join(folder, 'release', ZIP), 'the app')
  const sum = createHash('sha256').update('the app').digest('hex')
  writeFileSync(join(folder, 'release/SHA256SUMS'), `${sum}  ${ZIP}\n${sum}  another-file.json\n`)
  const path = withPrograms(folder, { gh: GH, azd: recorded('azd') })
  machine = {
    folder,
    env: {
      PATH: [dirname(process.execPath), path].join(':'),
      CALLS: join(folder, 'calls'),
      RELEASE: join(folder, 'release'),
      REFUSE: '',
      RUNNER_TEMP: join(folder, 'temp'),
      GITHUB_REPOSITORY: 'contoso/crm-mcp',
      GITHUB_REF: 'refs/tags/v1.2.3',
      GITHUB_SHA: 'of-the-commit',
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v1.2.3',
      ENVIRONMENT: 'contoso-prod',
      AZURE_CLIENT_ID: 'client',
      AZURE_TENANT_ID: 'tenant',
      AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
    },
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const VALUES = {
  AZURE_ENV_NAME: 'contoso-prod',
  AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
  BRAND_NAME: 'O’Neil $HOME `id` !',
}
const ATTESTED = "!github.event.repository.private || vars.ATTESTATIONS == 'on'"
const given = (values: unknown = VALUES, webhook = '', attested = 'true'): Record<string, string> => ({
  'github.token': 'of-the-job',
  [ATTESTED]: attested,
  'vars.AZD_VALUES': typeof values === 'string' ? values : JSON.stringify(values),
  'secrets.ALERT_WEBHOOK': webhook,
})

/** All steps that run something, one after the other, as far as they go. */
function runJob(expressions = given(), env: Readonly<Record<string, string>> = {}): Ran & { readonly done: number } {
  let done = 0
  let output = ''
  for (const step of steps) {
    const ran = runStep(step, { ...machine, env: { ...machine.env, ...env } }, expressions)
    output += ran.output
    if (ran.code !== 0) return { code: ran.code, output, done }
    done += 1
  }
  return { code: 0, output, done }
}

describe('the steps of deploy.yml, with stand-ins for gh and azd alone', () => {
  test('take the zip of the tag, hold it against its provenance, restore the values, provision, deploy', () => {
    expect(runJob()).toMatchObject({ code: 0, done: steps.length })
    expect(calls()).toEqual([
      `gh release download v1.2.3 --repo contoso/crm-mcp --pattern ${ZIP} --pattern SHA256SUMS`,
      `gh attestation verify ${ZIP} --repo contoso/crm-mcp --source-ref refs/tags/v1.2.3 --source-digest of-the-commit --signer-workflow contoso/crm-mcp/.github/workflows/release.yml`,
      'azd auth login --client-id client --tenant-id tenant --federated-credential-provider github',
      'azd env select contoso-prod',
      'azd provision --no-prompt',
      `azd deploy mcp --from-package ${join(folder, 'temp/release/app.zip')} --no-prompt`,
    ])
    expect(readFileSync(join(folder, 'temp/release/app.zip'), 'utf8')).toBe('the app')
  })

  test('say where a repository can have no provenance, and hold the zip against its checksum', () => {
    expect(runJob(given(VALUES, '', 'false'))).toMatchObject({
      code: 0,
      output: expect.stringContaining('::warning::'),
    })
    expect(calls().join('\n')).not.toContain('attestation')
    writeFileSync(join(folder, 'release', ZIP), 'another app')
    expect(runJob(given(VALUES, '', 'false'))).toMatchObject({ code: 1, done: 1 })
  })

  test('write the values as azd reads them, the webhook among them, and print none', () => {
    const { output } = runJob(given(VALUES, 'https://hooks.example/secret'))
    const env = parseDotenv(readFileSync(join(folder, 'clone/.azure/contoso-prod/.env'), 'utf8'))
    expect(Object.fromEntries(env)).toEqual({ ...VALUES, ALERT_WEBHOOK: 'https://hooks.example/secret' })
    expect(output).not.toContain('secret')
    expect(output).not.toContain('O’Neil')
  })

  test.each([
    ['a branch', { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' }],
    ['a branch that is called like a release', { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'v1.2.3' }],
    ['a tag that is no release', { GITHUB_REF_NAME: 'v1.2.3-rc.1' }],
    ['a tag that begins like one', { GITHUB_REF_NAME: 'v1.2.3; rm -rf .' }],
    ['a tag with a line more', { GITHUB_REF_NAME: 'v1.2.3\nx' }],
  ])('do nothing for %s', (_what, env) => {
    expect(runJob(given(), env)).toMatchObject({ code: 1, done: 0, output: expect.stringContaining('::error::') })
    expect(calls()).toEqual([''])
  })

  test.each([
    ['was changed', () => writeFileSync(join(folder, 'release', ZIP), 'another app'), {}],
    ['stands in no checksum', () => writeFileSync(join(folder, 'release/SHA256SUMS'), ''), {}],
    ['is missing', () => rmSync(join(folder, 'release', ZIP)), {}],
    ['has no provenance', () => undefined, { REFUSE: 'attestation' }],
  ])('deploy no zip that %s', (_what, change, env) => {
    change()
    expect(runJob(given(), env)).toMatchObject({ done: 1 })
    expect(calls().filter((line) => line.startsWith('azd'))).toEqual([])
  })

  test.each([
    ['none', ''],
    ['no JSON', 'AZURE_ENV_NAME=contoso-prod'],
    ['a list', '[]'],
    ['a value that is no text', { ...VALUES, ALWAYS_READY_INSTANCES: 1 }],
    ['a name that would be a line of its own', { ...VALUES, 'X=1\nAZURE_ENV_NAME': 'x' }],
    ['another environment', { ...VALUES, AZURE_ENV_NAME: 'fabrikam-prod' }],
    ['another subscription', { ...VALUES, AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000' }],
  ])('provision nothing by values that are %s', (_what, values) => {
    expect(runJob(given(values))).toMatchObject({ code: 1, output: expect.stringContaining('npm run pipeline') })
    expect(calls().filter((line) => line.includes('provision'))).toEqual([])
    expect(existsSync(join(folder, 'clone/.azure'))).toBe(false)
  })

  test.each(['../../x', 'a b', '', 'x/y'])('take no environment called %j', (ENVIRONMENT) => {
    expect(runJob(given({ ...VALUES, AZURE_ENV_NAME: ENVIRONMENT }), { ENVIRONMENT }).code).toBe(1)
    expect(calls().filter((line) => line.includes('provision'))).toEqual([])
  })
})
