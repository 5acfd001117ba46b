import { execFile } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { verifyWith } from '../../sandbox/azure/access/bearer.ts'
import { createArm } from '../../sandbox/azure/arm/arm.ts'
import { AZ, writeLauncher } from '../../sandbox/azure/az/launchers.ts'
import { run } from '../../sandbox/azure/az/run.ts'
import { Session } from '../../sandbox/azure/az/session.ts'
import { type Account, type Az, startAz } from '../../sandbox/azure/az/start-az.ts'
import { type Front, startFront } from '../../sandbox/azure/front/front.ts'
import { createKeyVault } from '../../sandbox/azure/key-vault/key-vault.ts'
import { createGrantedDirectory } from '../../sandbox/entra/directory/all-granted.ts'
import { type Entra, startEntra } from '../../sandbox/entra/start.ts'
import { createGraph } from '../../sandbox/graph/graph.ts'
import { ENTRA_CLIENT_ID, PEOPLE, person, TENANT_ID } from '../../sandbox/people.ts'
import { inGroup, SUBSCRIPTION } from './arm/subscription.ts'

jest.setTimeout(60_000)

const AUTHORITY = 'https://login.microsoftonline.com'
const DEPLOYER = person('sales manager')
const GROUP_ID = '11111111-2222-4333-8444-555555555555'
const VAULT_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dev/providers/Microsoft.KeyVault/vaults/kv-dev`
const SIGNED_IN: Account = {
  tenantId: TENANT_ID,
  subscriptionId: SUBSCRIPTION,
  subscriptionName: 'Contoso',
  user: { type: 'user', name: DEPLOYER.upn },
}

let account: Account | undefined = SIGNED_IN
const consented: string[] = []
let entra: Entra
let front: Front
let az: Az
let leave: () => void

const newDirectory = () => {
  const directory = createGrantedDirectory({
    tenantId: TENANT_ID,
    clientId: ENTRA_CLIENT_ID,
    apiScope: `${ENTRA_CLIENT_ID}/MCP.Access`,
    redirectUris: [],
    dataverseUrls: [],
    people: PEOPLE.map((one) => ({
      ...one,
      directoryRoles: one === DEPLOYER ? ['Application Administrator' as const] : [],
    })),
    federatedCredential: { name: 'a', issuer: 'https://i', subject: 's', audiences: ['api://AzureADTokenExchange'] },
  })
  directory.groups.set(GROUP_ID, { id: GROUP_ID, displayName: 'Sales', members: [] })
  return directory
}

const VAULT = {
  type: 'Microsoft.KeyVault/vaults',
  apiVersion: '2025-05-01',
  name: 'kv-dev',
  location: 'westeurope',
  properties: {
    tenantId: TENANT_ID,
    sku: { family: 'A', name: 'standard' },
    enableRbacAuthorization: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 7,
  },
}

beforeAll(async () => {
  const directory = newDirectory()
  entra = await startEntra({ tenantId: TENANT_ID, people: PEOPLE, directory, publicUrl: AUTHORITY })
  const arm = createArm({
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION,
    now: Date.now,
    principals: {
      typeOf: (id) => (directory.users.has(id) ? 'User' : undefined),
      addManagedIdentity: () => undefined,
      removeManagedIdentity: () => undefined,
    },
    rights: [{ principalId: DEPLOYER.oid, role: 'owner' }],
    authenticate: async (token) => {
      const audiences = ['https://management.core.windows.net', 'https://management.azure.com']
      const { oid } = await verifyWith(entra.verifyBearer)(token, audiences)
      return { objectId: oid, name: DEPLOYER.upn }
    },
    providers: ['Microsoft.KeyVault', 'Microsoft.Resources'],
  })
  await arm.deploy({
    name: 'dev',
    location: 'westeurope',
    template: inGroup({ vault: VAULT }),
    parameters: {},
    caller: { objectId: DEPLOYER.oid, name: DEPLOYER.upn },
  })
  const vault = createKeyVault({
    vaults: () => arm.byType('Microsoft.KeyVault/vaults').map(({ name, id }) => ({ name, id })),
    tenantId: TENANT_ID,
    verify: verifyWith(entra.verifyBearer),
    access: { roleAssignments: () => arm.roleAssignments(), now: Date.now },
  })
  const verifyBearer = entra.verifyBearer(['https://graph.microsoft.com'])
  front = await startFront({
    routes: {
      'management.azure.com': arm.handler,
      'graph.microsoft.com': createGraph({ directory, verifyBearer, now: Date.now }).handler,
      '.vault.azure.net': vault,
    },
  })
  leave = front.enter()
  az = await startAz({
    account: () => account,
    token: ({ tenant, ...ask }) =>
      entra.mintCliToken({
        signedIn: { upn: DEPLOYER.upn },
        ...ask,
        ...(tenant !== undefined && { tenantId: tenant }),
      }),
    signIn: () => void (account = SIGNED_IN),
    signOut: () => void (account = undefined),
    consent: async (appId) => void consented.push(appId),
  })
})
afterAll(async () => {
  leave()
  await Promise.all([az.close(), front.close(), entra.close()])
})
beforeEach(() => {
  account = SIGNED_IN
})

/** Words apart by spaces; `'…'` keeps them together. */
const words = (line: string) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
const session = () => new Session(az.environment.REHEARSAL_AZ, process.cwd())
const call = (line: string) => run(words(line), session())
const json = async (line: string): Promise<unknown> => {
  const { stdout, stderr, exitCode } = await call(line)
  if (exitCode !== 0) throw new Error(stderr)
  return stdout === '' ? undefined : (JSON.parse(stdout) as unknown)
}
const text = async (line: string) => (await call(line)).stdout.trim()

test('as a program: stdout is JSON, stderr the refusal, the exit code az’s', async () => {
  await expect(access(join(az.folder, 'az.cmd'))).resolves.toBeUndefined()
  const env = { ...front.environment, ...az.environment }
  const { stdout } = await promisify(execFile)('az', ['account', 'show', '--output', 'json'], { env })
  expect(JSON.parse(stdout)).toMatchObject({
    id: SUBSCRIPTION,
    tenantId: TENANT_ID,
    user: { name: DEPLOYER.upn, type: 'user' },
  })
  const failed = promisify(execFile)('az', ['acount', 'show'], { env })
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: "ERROR: 'acount' is misspelled or not recognized by the system.\n",
  })
})

test.each([
  ['what is printed', ['account', 'show', '--output', 'json']],
  ['in a form of its own', ['account', 'show', '--query', '[id, name]', '-o', 'tsv']],
  ['an argument of every kind', ['account', 'show', '--query', "[`\\\\`, ' $(id) *\n\té', '\"']"]],
  ['what is refused', ['account', 'show', '--subscription', "it's; none"]],
  ['what is not understood', ['account', 'get-access-token', '--no-such-option']],
  ['no argument more', ['cloud', 'show']],
  ['an empty one', ['account', 'show', '--subscription', '']],
])('a command that the rehearsal runs itself ends as the function does: %s', async (_, args) => {
  const env = { PATH: az.folder, REHEARSAL_AZ: az.environment.REHEARSAL_AZ }
  const ended = await new Promise((resolve) => {
    execFile(join(az.folder, 'az'), args, { env }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? error.code : 0, stdout, stderr }),
    )
  })
  expect(ended).toEqual(await run(args, session()))
})

test.each([
  ['a body', 'rest --url https://management.azure.com/subscriptions --body @named.json'],
  ['a template', 'deployment sub create --location uksouth --template-file named.json'],
])('%s is the file of the folder where the command was typed', async (_, line) => {
  const launchers = await mkdtemp(join(tmpdir(), 'az-same-way-'))
  const cwd = await mkdtemp(join(tmpdir(), 'az-folder-'))
  try {
    await writeLauncher(launchers, AZ)
    const env = { PATH: launchers, REHEARSAL_AZ: az.environment.REHEARSAL_AZ }
    const ended = promisify(execFile)(join(launchers, 'az'), words(line), { env, cwd })
    await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining(join(cwd, 'named.json')) as unknown })
  } finally {
    await rm(launchers, { recursive: true })
    await rm(cwd, { recursive: true })
  }
})

describe('what hooks and runbook ask', () => {
  test('version, account, tokens', async () => {
    expect(await json('version --output json')).toMatchObject({
      'azure-cli': expect.stringMatching(/^2\.\d+\.\d+$/) as unknown,
    })
    expect(await text('account show --query id -o tsv')).toBe(SUBSCRIPTION)
    const token = (await json(
      `account get-access-token --resource https://vault.azure.net --subscription ${SUBSCRIPTION}`,
    )) as {
      accessToken: string
    }
    expect(JSON.parse(Buffer.from(token.accessToken.split('.')[1]!, 'base64url').toString())).toMatchObject({
      aud: 'https://vault.azure.net',
      oid: DEPLOYER.oid,
    })
    expect(
      await text(`account get-access-token --resource-type ms-graph --tenant ${TENANT_ID} --query tokenType -o tsv`),
    ).toBe('Bearer')
    expect(await json('cloud show')).toMatchObject({ name: 'AzureCloud' })
  })

  test('sign-out and sign-in', async () => {
    await json('logout')
    expect(await call('account show')).toMatchObject({ exitCode: 1 })
    expect(await json(`login --tenant ${TENANT_ID}`)).toMatchObject([{ id: SUBSCRIPTION }])
    expect(await call('account show')).toMatchObject({ exitCode: 0 })
  })

  test('the directory', async () => {
    expect(await text('ad signed-in-user show --query id -o tsv')).toBe(DEPLOYER.oid)
    expect(await text(`ad user show --id ${PEOPLE[0]!.upn} --query id -o tsv`)).toBe(PEOPLE[0]!.oid)
    expect(await text('ad group show --group Sales --query id -o tsv')).toBe(GROUP_ID)
    expect(await json(`ad sp show --id ${ENTRA_CLIENT_ID}`)).toMatchObject({ appId: ENTRA_CLIENT_ID })
    expect(await json(`ad app federated-credential list --id ${ENTRA_CLIENT_ID}`)).toMatchObject([{ subject: 's' }])
    await json(`ad app permission admin-consent --id ${ENTRA_CLIENT_ID}`)
    expect(consented).toEqual([ENTRA_CLIENT_ID])
  })

  test('roles, and the keys that they open', async () => {
    const put = `rest --method put --resource https://vault.azure.net --url https://kv-dev.vault.azure.net/secrets/sealing-key?api-version=7.6 --body '{"value":"x"}'`
    expect(await call(put)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ForbiddenByRbac') as unknown,
    })
    const scope = await text('keyvault show --name kv-dev --query id -o tsv')
    expect(scope).toBe(VAULT_ID)
    const role = `--assignee ${DEPLOYER.upn} --role 'Key Vault Secrets Officer' --scope ${scope}`
    expect(await json(`role assignment create ${role}`)).toMatchObject({ principalId: DEPLOYER.oid, scope: VAULT_ID })
    expect(await json(put)).toMatchObject({ value: 'x' })
    const [found] = (await json(`role assignment list --scope ${scope} --fill-principal-name false`)) as {
      id: string
    }[]
    expect(found).toMatchObject({ principalId: DEPLOYER.oid, roleDefinitionName: 'Key Vault Secrets Officer' })
    const id = await text(
      "keyvault secret list-versions --vault-name kv-dev --name sealing-key --query '[0].id' -o tsv",
    )
    expect(await json(`keyvault secret set-attributes --id ${id} --enabled false`)).toMatchObject({
      attributes: { enabled: false },
    })
    expect(await call(`role assignment delete --ids ${found!.id}`)).toEqual({ stdout: '', stderr: '', exitCode: 0 })
    expect(await json(`role assignment list --scope ${scope}`)).toEqual([])
    expect((await call(`role assignment delete ${role}`)).stderr).toContain('No matched assignments')
  })

  test('resources and providers', async () => {
    expect(
      await text("resource list -g rg-dev --resource-type Microsoft.KeyVault/vaults --query '[0].name' -o tsv"),
    ).toBe('kv-dev')
    expect(await text('provider show -n Microsoft.App --query registrationState -o tsv')).toBe('NotRegistered')
    await json('provider register --namespace Microsoft.App --wait')
    expect(await text('provider show -n Microsoft.App --query registrationState -o tsv')).toBe('Registered')
    expect(await json(`rest --url '/subscriptions/{subscriptionId}/resources?api-version=2025-04-01'`)).toMatchObject({
      value: [{ name: 'kv-dev' }],
    })
    expect(await text('resource list -o table')).toContain('kv-dev')
  })
})

describe('what it refuses, and how', () => {
  test.each([
    ['keyvault secrets list', 2, "'secrets' is misspelled or not recognized by the system."],
    ['account', 2, 'the following arguments are required: _subcommand'],
    ['account show extra', 2, 'unrecognized arguments: extra'],
    ['version --subscription x', 2, 'unrecognized arguments: --subscription'],
    ['account show --quer id', 2, 'unrecognized arguments: --quer'],
    ['ad sp show', 2, 'the following arguments are required: --id'],
    [
      'account show --output xml',
      2,
      "--output: 'xml' is not a valid value for '--output'. Allowed values: json, jsonc, none, table, tsv.",
    ],
    ['account show --query', 2, 'argument --query: expected one argument'],
    ["account show --query '['", 2, "argument --query: invalid jmespath_type value: '['"],
    [
      'account show --subscription other',
      1,
      "Subscription 'other' not found. Check the spelling and casing and try again.",
    ],
    [
      'account get-access-token --tenant a --subscription b',
      1,
      'Please specify only one of subscription and tenant, not both',
    ],
    ['account get-access-token --resource https://unknown.example', 1, 'AADSTS500011'],
    [
      'ad sp show --id 99999999-9999-4999-8999-999999999999',
      3,
      "Resource '99999999-9999-4999-8999-999999999999' does not exist",
    ],
    ['ad group show --group Nobody', 3, "No group matches the name of 'Nobody'"],
    [
      'keyvault show --name kv-gone',
      3,
      "The Resource 'Microsoft.KeyVault/vaults/kv-gone' not found within subscription.",
    ],
    [
      'keyvault secret list --vault-name kv-gone',
      1,
      "HTTPSConnectionPool(host='kv-gone.vault.azure.net', port=443): getaddrinfo ENOTFOUND",
    ],
    [
      'keyvault secret list --vault-name kv-dev',
      1,
      '(Forbidden) Caller is not authorized to perform action on resource.',
    ],
    ['role assignment create --assignee x@y --role Owner', 2, 'the following arguments are required: --scope'],
    [
      `role assignment create --assignee ${DEPLOYER.upn} --role 'No Such Role' --scope ${VAULT_ID}`,
      1,
      "Role 'No Such Role' doesn't exist.",
    ],
  ])('%s', async (line, exitCode, message) => {
    expect(await call(line)).toMatchObject({
      exitCode,
      stdout: '',
      stderr: expect.stringContaining(`ERROR: ${message}`) as unknown,
    })
  })

  test.each(['account show', 'account get-access-token', 'keyvault show --name kv-dev', 'ad signed-in-user show'])(
    'when nobody is signed in: %s',
    async (line) => {
      account = undefined
      expect(await call(line)).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: "ERROR: Please run 'az login' to setup account.\n",
      })
    },
  )
})
