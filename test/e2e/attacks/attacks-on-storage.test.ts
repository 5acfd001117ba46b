import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { deflateRawSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { PEOPLE, TENANT_ID } from '../../sandbox/people.ts'
import { unseal } from '../../../shared/tokens/seal.ts'
import { callTool, codeFields, newParty, obtainCode, pairOf, PRIYA, refresh, token } from '../support/oauth.ts'
import { type Cell, cellsOf, dumpTables, findSecrets, findTokens, type Row } from '../support/table-dump.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { Tab, target } from '../support/tab.ts'

const sandbox = useSandbox({ deployed: true })
const secrets: Record<string, string> = {}
let rows: readonly Row[]
let cells: readonly Cell[]

const keep = (values: Readonly<Record<string, string | undefined>>): void => {
  for (const [name, value] of Object.entries(values)) {
    if (!value) throw new Error(`${name} is not known`)
    secrets[name] = value
  }
}

/** A session from first to last, a sign-in that runs, and a code that nobody redeemed. */
async function live(): Promise<void> {
  const { app, entra, settings } = sandbox()
  const party = await newParty(sandbox(), 'client_secret_post')
  const issued = await obtainCode(sandbox(), party, PRIYA)
  const first = pairOf(await token(app.url, codeFields(party, issued)))
  const second = pairOf(await refresh(app.url, party, first.refresh))
  const third = pairOf(await refresh(app.url, party, second.refresh))
  for (const pair of [first, second, third]) await callTool(app.url, pair.access)
  const open = await obtainCode(sandbox(), party, PRIYA)
  keep({ 'client secret': party.client.clientSecret, code: issued.code, 'open code': open.code })
  keep({ verifier: issued.verifier, state: issued.state, 'app secret': settings.ENTRA_CLIENT_SECRET })
  keep({ 'access 1': first.access, 'access 2': second.access, 'access 3': third.access })
  keep({ 'refresh 1': first.refresh, 'refresh 2': second.refresh, 'refresh 3': third.refresh })

  const tab = new Tab()
  const pending = buildAuthorizeUrl(party.discovery, party.client)
  const sent = await tab.press(await tab.open(pending.url), 'continue')
  const asked = target(sent).searchParams
  const cookies = await tab.jar.getCookies(app.url)
  keep({ 'Entra state': asked.get('state') ?? '', nonce: asked.get('nonce') ?? '', 'client state': pending.state })
  keep({ 'sign-in cookie': cookies.find(({ key }) => key.startsWith('__Host-signin-'))?.value })
  keep({ 'a JWT': (await entra.mintDataverseToken(PRIYA)).slice(0, 20) })
  keep({ tenant: TENANT_ID })
  for (const { name, upn, oid, systemUserId } of PEOPLE)
    keep({
      [`name ${name}`]: name,
      [`upn ${name}`]: upn,
      [`oid ${name}`]: oid,
      ...(systemUserId && { [`id ${name}`]: systemUserId }),
    })
  for (const name of Object.keys(secrets).filter((one) => /^(code|access|refresh|open)/.test(one)))
    keep({ [`secret part of ${name}`]: secrets[name]?.split('.')[1]?.slice(0, 43) })
}

beforeAll(async () => {
  await live()
  rows = await dumpTables(sandbox().azurite)
  cells = cellsOf(rows)
})

describe('a stolen copy of every table', () => {
  test('holds rows of every table that is written', () => {
    const tables = new Set(cells.map(({ where }) => where.split('.')[0]))
    // Counts come into table `limits` in their own time.
    tables.delete('limits')
    expect([...tables].sort()).toEqual(['clients', 'expiry', 'grants', 'logins', 'users'])
    expect(cells.filter(({ where }) => where === 'grants.sealed').length).toBeGreaterThanOrEqual(6)
  })

  test('the search would find what is there', () => {
    const hidden = { ...cells[0]!, value: Buffer.from(`x${PRIYA}y`) }
    expect(findSecrets([hidden], secrets)).toEqual([`upn Priya Nair in ${hidden.where}`])
    const encoded = { ...cells[0]!, value: Buffer.from(secrets['refresh 1'] ?? '').toString('base64') }
    expect(findSecrets([encoded], secrets)).toContain(`refresh 1 in ${encoded.where}`)
  })

  test.each<[how: string, hide: (token: string) => unknown]>([
    ['as it is', (token) => token],
    ['within sealed text', (token) => `${randomBytes(30).toString('base64url')}${token}`],
    ['after letters like its own', (token) => `eyJeyJ${token}`],
    ['in base64', (token) => Buffer.from(token).toString('base64')],
    ['in base64url among others', (token) => ['x', Buffer.from(token).toString('base64url')]],
    ['in hex', (token) => Buffer.from(token).toString('hex')],
    ['in hex among others', (token) => ['x', Buffer.from(token).toString('hex')]],
    ['as bytes', (token) => Buffer.from(token)],
    ['as bytes of two each', (token) => Buffer.from(token, 'utf16le')],
    ['deflated', (token) => deflateRawSync(token)],
  ])('the search would find a JSON Web Token %s', async (_, hide) => {
    const value = hide(await sandbox().entra.mintDataverseToken(PRIYA))
    expect(findTokens([{ where: 'grants.sealed', value }])).toEqual(['a JSON Web Token in grants.sealed'])
  })

  test('the search takes nothing sealed for a JSON Web Token, not even where chance wrote the first letters of one', () => {
    const sealed = Array.from({ length: 50 }, () => randomBytes(600))
    const texts = sealed.map((bytes) => `${bytes.toString('base64url')}eyJ${bytes.toString('base64')}`)
    const values = [...sealed, ...texts, Buffer.from('{"algorithm":1}').toString('base64url'), 'eyJ', 'ZXlK', '65794a']
    expect(findTokens(values.map((value) => ({ where: 'grants.sealed', value })))).toEqual([])
  })

  test('reveals no token, code, secret, state, cookie, and nobody’s name, address or id', () => {
    expect(Object.keys(secrets).length).toBeGreaterThan(34)
    expect(findSecrets(cells, secrets)).toEqual([])
    expect(findTokens(cells)).toEqual([])
  })

  test('gives nothing even with the sealing key: what is sealed opens only under a live token', async () => {
    const file = JSON.parse(await readFile(sandbox().settings.LOCAL_KEY_FILE ?? '', 'utf8')) as Record<string, string>
    const sealingKey = Buffer.from(file.sealingKey ?? '', 'base64url')
    const sealedRows = rows.filter(({ table, properties }) => table === 'grants' && properties.sealed)
    const openAll = (secret: string) =>
      sealedRows.flatMap(({ properties: { partitionKey, rowKey, sealed } }) =>
        (['code', 'access', 'refresh', 'successor'] as const)
          .map((purpose) => ({ sealingKey, secret, purpose, place: `${String(partitionKey)}|${String(rowKey)}` }))
          .map((context) => unseal(sealed as Uint8Array, context))
          .filter((opened) => opened !== undefined),
      )
    const known = cells.filter(({ value }) => typeof value === 'string').map(({ value }) => value as string)
    const hashes = known.flatMap((one) => one.split(':').slice(1))
    for (const secret of new Set(['', file.sealingKey ?? '', file.indexKey ?? '', ...known, ...hashes]))
      expect(openAll(secret)).toEqual([])
    expect(openAll(secrets['access 3'] ?? '')).toEqual([expect.objectContaining({ person: expect.anything() })])
  })

  test('names a person only by an HMAC, and every row but a client’s has an end', () => {
    const partitions = cells.filter(({ where }) => where === 'users.partitionKey').map(({ value }) => value)
    for (const one of partitions) expect(one).toMatch(/^[\w-]{43}$/)
    expect(new Set(partitions).size).toBe(1)
    // Of table `expiry` the partition is the hour that its rows end in.
    const endless = ['clients.rowKey', 'expiry.rowKey']
    const rows = cells.filter(({ where }) => where.endsWith('.rowKey') && !endless.includes(where)).length
    const ends = cells.filter(({ where, value }) => where.endsWith('.expiresAt') && value instanceof Date).length
    expect(ends).toBe(rows)
  })
})

describe('a stolen log', () => {
  test('reveals no token, code, secret, state, cookie, and nobody’s name or address', async () => {
    await eventually(async () => (await events(sandbox().app, 'tool.called')).length >= 3)
    const lines = (await sandbox().app.logs()).map((value) => ({ where: 'log.line', value }))
    const ids = /^(oid|id|tenant)/
    const told = Object.fromEntries(Object.entries(secrets).filter(([name]) => !ids.test(name)))
    expect(findSecrets(lines, told)).toEqual([])
    expect(findTokens(lines)).toEqual([])
  })
})
