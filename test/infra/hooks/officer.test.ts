import { afterEach, describe, expect, test } from '@jest/globals'
import { officer } from '../../../infra/hooks/steps/officer.ts'
import { consequences, readableMs, rotateKey } from '../../../infra/hooks/steps/rotate-key.ts'
import { readableAfterReplacement } from '../../../shared/tokens/vault-keys.ts'
import {
  AZ,
  AZD,
  createStage,
  ME,
  OTHER,
  PROVISIONED,
  type Stage,
  type StageOptions,
  SUBSCRIPTION,
  VAULT_ID,
} from './stage.ts'
import { assigned, createVault, REFUSALS } from './stand-ins/vault.ts'

let stage: Stage | undefined
afterEach(() => stage?.close())

/** npm scripts have no azd environment around them: they ask azd for it. */
const on = (values: Record<string, string>, options: StageOptions = {}): Stage =>
  (stage = createStage({
    env: {},
    azd: { ...AZD, 'env get-values': { out: { ...PROVISIONED, ...values } } },
    ...options,
  }))

const LIST = `az role assignment list --scope ${VAULT_ID} --fill-principal-name false --subscription ${SUBSCRIPTION} --output json`
const given = (principalId: string) => ({ ...AZ, 'role assignment list': { out: assigned(principalId, VAULT_ID) } })
const taken = (calls: string[]) => calls.filter((call) => /assignment delete|env set/.test(call))

describe('npm run officer -- take', () => {
  const args = ['take']

  test('names the deployer, and what gives the role', async () => {
    const { context, said, calls } = on({}, { args })
    await officer(context)
    expect(taken(calls())).toEqual([`azd env set KEY_OFFICER_PRINCIPAL_ID ${ME} --no-prompt`])
    expect(said()).toContain('  azd provision platform --no-state')
  })

  test('a second time changes nothing', async () => {
    const { context, said, calls } = on({ KEY_OFFICER_PRINCIPAL_ID: ME }, { args })
    await officer(context)
    expect(taken(calls())).toEqual([])
    expect(said()).toContain('  azd provision platform --no-state')
  })

  test('another officer has to be relieved first: their role would stay', async () => {
    const { context, calls } = on({ KEY_OFFICER_PRINCIPAL_ID: OTHER }, { args })
    await expect(officer(context)).rejects.toThrow('npm run officer -- give-back')
    expect(taken(calls())).toEqual([])
  })
})

describe('npm run officer -- give-back', () => {
  const args = ['give-back']

  test.each([
    ['one’s own', ME],
    ['somebody else’s', OTHER],
  ])('takes %s role away and unsets the officer', async (_whose, principal) => {
    const values = { KEY_OFFICER_PRINCIPAL_ID: principal, KEYS_CREATED: 'true' }
    const { context, said, calls } = on(values, { args, az: given(principal) })
    await officer(context)
    expect(calls()).toContain(LIST)
    expect(taken(calls())).toEqual([
      `az role assignment delete --ids ${VAULT_ID}/providers/Microsoft.Authorization/roleAssignments/x --subscription ${SUBSCRIPTION} --output json`,
      'azd env set KEY_OFFICER_PRINCIPAL_ID  --no-prompt',
    ])
    expect(said()).toContain('Nobody is key officer now.')
    expect(said()).not.toContain('does not know of keys')
  })

  test.each<[string, Record<string, string>, unknown[], string]>([
    [
      'the role was taken by hand',
      { KEY_OFFICER_PRINCIPAL_ID: ME },
      [],
      'azd env set KEY_OFFICER_PRINCIPAL_ID  --no-prompt',
    ],
    [
      'nothing is provisioned yet',
      { KEY_OFFICER_PRINCIPAL_ID: ME, KEY_VAULT_NAME: '' },
      [],
      'azd env set KEY_OFFICER_PRINCIPAL_ID  --no-prompt',
    ],
    ['the name was unset by hand', {}, assigned(ME, VAULT_ID), `az role assignment delete --ids ${VAULT_ID}`],
    [
      'another role of the officer',
      { KEY_OFFICER_PRINCIPAL_ID: ME },
      assigned(ME, '/subscriptions/x'),
      'azd env set KEY_OFFICER_PRINCIPAL_ID  --no-prompt',
    ],
  ])('where %s, only what is left is undone', async (_what, values, list, expected) => {
    const { context, calls } = on(values, { args, az: { ...AZ, 'role assignment list': { out: list } } })
    await officer(context)
    expect(taken(calls())).toEqual([expect.stringContaining(expected)])
  })

  test('again: ends well and changes nothing', async () => {
    const { context, said, calls } = on({ KEYS_CREATED: 'true' }, { args })
    await officer(context)
    expect(taken(calls())).toEqual([])
    expect(said()).toContain('Nobody to take the role from')
  })

  test('whoever may not delete is told who can, and nothing is unset', async () => {
    const error = 'ERROR: (AuthorizationFailed) The client does not have authorization to perform action'
    const az = { ...given(ME), 'role assignment delete': { error } }
    const { context, calls } = on({ KEY_OFFICER_PRINCIPAL_ID: ME }, { args, az })
    await expect(officer(context)).rejects.toThrow('Owner or Role Based Access Control Administrator')
    expect(calls().filter((call) => call.includes('env set'))).toEqual([])
  })

  test('before keys are known of, it says what comes of it', async () => {
    const { context, said } = on({ KEY_OFFICER_PRINCIPAL_ID: ME }, { args })
    await officer(context)
    expect(said()).toContain('`azd up` makes you key officer again')
  })
})

test.each([[[]], [['give']], [['take', 'it']], [['--help']]])(
  'officer %j prints its usage and runs nothing',
  async (args) => {
    const { context, calls } = on({}, { args })
    await expect(officer(context)).rejects.toThrow('npm run officer -- give-back')
    expect(calls()).toEqual([])
  },
)

test('without a selected environment the commands that select one are named', async () => {
  const azd = { 'env get-values': { error: 'ERROR: no default environment selected' } }
  const { context } = on({}, { args: ['take'], azd })
  await expect(officer(context)).rejects.toThrow('azd env select <name>')
})

describe('npm run rotate-key', () => {
  const withKey = (refuse?: Parameters<typeof createVault>[0]) => {
    const vault = createVault(refuse)
    vault.secrets.set('sealing-key', [{ value: 'old', created: Date.parse('2026-01-05T00:00:00Z') / 1000 }])
    return vault
  }
  const OFFICER = { KEY_OFFICER_PRINCIPAL_ID: ME, KEYS_CREATED: 'true' }

  test('adds a version, keeps the old one and says what that ends', async () => {
    const vault = withKey()
    const { context, said } = on(OFFICER, { fetch: vault.fetch })
    await rotateKey(context)
    expect(vault.secrets.get('sealing-key')?.map(({ value }) => value)).toEqual([
      'old',
      expect.stringMatching(/^[\w-]{43}$/),
    ])
    expect(said()).toContain('stays readable for 30 days, until 2026-12-28')
    expect(said()).toContain('Nobody is cut off')
    expect(said()).toContain('  in use since 2026-11-28\n  made 2026-01-05, readable until 2026-12-28')
    expect(said()).toContain('  npm run officer -- give-back')
  })

  test.each([1, 3_600, 29 * 86_400, 30 * 86_400, 2_600_000, 45 * 86_400, 90 * 86_400])(
    'with an idle lifetime of %i s the time is that for which the app keeps a replaced key',
    (idleSeconds) => expect(readableMs(idleSeconds)).toBe(readableAfterReplacement(idleSeconds)),
  )

  test('the dates of all versions follow the idle lifetime', async () => {
    const vault = withKey()
    const { context, said } = on({ ...OFFICER, REFRESH_IDLE_LIFETIME: String(90 * 86_400) }, { fetch: vault.fetch })
    await rotateKey(context)
    expect(said()).toContain('stays readable for 90 days, until 2027-02-26')
    expect(said()).toContain('  made 2026-01-05, readable until 2027-02-26')
  })

  test.each([
    [30 * 86_400, 'Nobody is cut off: a connection that is unused for 30 days'],
    [86_400, 'Nobody is cut off: a connection that is unused for 1 days'],
    [60 * 86_400, 'stays readable for 60 days, until 2027-01-27'],
    [60 * 86_400, 'Nobody is cut off: a connection that is unused for 60 days (REFRESH_IDLE_LIFETIME)'],
    [
      30 * 86_400,
      'was longer before, whoever connected then and does not use it until 2026-12-28 has to connect again',
    ],
  ])('with an idle lifetime of %i s: %s', (seconds, expected) => {
    expect(consequences(Date.parse('2026-11-28T12:00:00Z'), seconds).join('\n')).toContain(expected)
  })

  test.each<[string, Record<string, string>, string]>([
    ['nobody', { KEYS_CREATED: 'true' }, 'that is nobody, and you are'],
    ['somebody else', { KEY_OFFICER_PRINCIPAL_ID: OTHER }, 'npm run officer -- give-back'],
  ])('where %s is key officer it stops before the vault is asked', async (_who, values, expected) => {
    const vault = withKey()
    const { context } = on(values, { fetch: vault.fetch })
    await expect(rotateKey(context)).rejects.toThrow(expected)
    expect(vault.requests).toEqual([])
  })

  test('a key that is not there is not made by rotating', async () => {
    const vault = createVault()
    const { context } = on(OFFICER, { fetch: vault.fetch })
    await expect(rotateKey(context)).rejects.toThrow('azd hooks run postprovision --layer platform')
    expect(vault.secrets.size).toBe(0)
  })

  test('a refusal is explained, and no version is added', async () => {
    const vault = withKey(() => REFUSALS.byRole)
    const { context } = on(OFFICER, { fetch: vault.fetch })
    await expect(rotateKey(context)).rejects.toThrow('azd provision platform --no-state')
    expect(vault.secrets.get('sealing-key')).toHaveLength(1)
  })

  test.each(['30d', '0', '7776001', '-1', '1e6'])(
    'REFRESH_IDLE_LIFETIME=%s stops it before the vault is asked',
    async (text) => {
      const vault = withKey()
      const { context } = on({ ...OFFICER, REFRESH_IDLE_LIFETIME: text }, { fetch: vault.fetch })
      await expect(rotateKey(context)).rejects.toThrow('azd env set REFRESH_IDLE_LIFETIME 2592000')
      expect(vault.requests).toEqual([])
    },
  )

  test.each<[string, unknown]>([
    ['no list', {}],
    ['a version without attributes', { value: [{}, null] }],
    ['a date that is none', { value: [{ attributes: { created: 1e300 } }] }],
    ['a link that is no address', { value: [], nextLink: 'x' }],
    [
      'a link to the same page',
      { value: [], nextLink: 'https://kv-contoso.vault.azure.net/secrets/sealing-key/versions?api-version=7.6' },
    ],
  ])('versions with %s end in a sentence, not a stack', async (_what, body) => {
    const vault = withKey((asked) => (asked === 3 ? Response.json(body) : undefined))
    const { context } = on(OFFICER, { fetch: vault.fetch })
    await expect(rotateKey(context)).rejects.toMatchObject({
      name: 'Stop',
      message: expect.stringContaining('not of Key Vault'),
    })
  })

  test('an empty answer in place of a key is not taken for one', async () => {
    const vault = withKey(() => Response.json({}))
    const { context } = on(OFFICER, { fetch: vault.fetch })
    await expect(rotateKey(context)).rejects.toThrow('not of Key Vault')
  })

  test('a next page at another host is not followed with the token', async () => {
    const evil = () => Response.json({ value: [], nextLink: 'https://evil.example/' })
    const vault = withKey((asked) => (asked === 3 ? evil() : undefined))
    const { context } = on(OFFICER, { fetch: vault.fetch })
    await expect(rotateKey(context)).rejects.toThrow('not of Key Vault')
    expect(vault.requests.every((request) => request.includes('/secrets/'))).toBe(true)
  })
})
