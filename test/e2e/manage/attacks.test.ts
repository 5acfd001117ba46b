import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { App } from '../../sandbox/functions-host/start.ts'
import { person } from '../../sandbox/people.ts'
import { appointAdministrator, tokenOf } from '../support/administrator.ts'
import { call, callTool, connect, ELENA, MARCUS, PRIYA } from '../support/oauth.ts'
import { startStorageProxy } from '../support/storage-proxy.ts'
import { useSandbox } from '../support/suite.ts'

jest.setTimeout(120_000)
const sandbox = useSandbox()
beforeAll(() => appointAdministrator(sandbox(), ELENA))

const manage = (token: string, body: string, host: Pick<App, 'url'> = sandbox().app) =>
  call({
    method: 'POST',
    url: `${host.url}/manage`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  })
const asElena = async (body: object | string, host?: Pick<App, 'url'>) =>
  manage(await tokenOf(sandbox(), ELENA), typeof body === 'string' ? body : JSON.stringify(body), host)
const toolStatus = async (access: string) => (await callTool(sandbox().app.url, access)).status
const PRIYAS = person(PRIYA).oid

test.each([
  ['a person without the role', () => tokenOf(sandbox(), MARCUS), 403],
  ['an access token of ours', async () => (await connect(sandbox(), ELENA)).access, 401],
  ['a token for Dataverse', () => sandbox().entra.mintDataverseToken(ELENA), 401],
])('%s ends nothing', async (_, token, status) => {
  const { access, grantId } = await connect(sandbox(), PRIYA)
  const bearer = await token()
  for (const body of [{ all: true }, { person: PRIYAS }, { session: grantId }])
    expect((await manage(bearer, JSON.stringify({ command: 'end', ...body }))).status).toBe(status)
  expect((await manage(bearer, JSON.stringify({ command: 'purge', person: PRIYAS }))).status).toBe(status)
  expect(await toolStatus(access)).toBe(200)
})

describe('members that a command does not take', () => {
  test.each([
    ['nobody', {}],
    ['two at once', { all: true, person: PRIYAS }],
    ['all, but not quite', { all: 'true' }],
    ['a list', { person: [PRIYAS] }],
    ['a quote', { person: `${PRIYAS}' or PartitionKey ne '` }],
    ['a line break', { person: `${PRIYAS}\n` }],
    ['a session that is a path', { session: '../../grants/xxxxxxxxxx' }],
    ['an empty client', { client: '' }],
    ['a continuation that is none', { all: true, after: '{"nextPartitionKey":"x"}' }],
    ['another member', { all: true, force: true }],
  ])('%s', async (_, members) => {
    const { status, json } = await asElena({ command: 'end', ...members })
    expect([status, json.error]).toEqual([400, 'invalid_request'])
  })

  test('a prototype', async () => {
    for (const body of [
      `{"command":"end","__proto__":{"all":true}}`,
      `{"command":"end","all":true,"__proto__":{}}`,
      `{"command":"purge","constructor":{"person":"${PRIYAS}"}}`,
    ])
      expect((await asElena(body)).status).toBe(400)
  })
})

test('with a person named, the session of somebody else is none', async () => {
  const { access, grantId } = await connect(sandbox(), PRIYA)
  const wrong = await asElena({ command: 'end', session: grantId, person: person(MARCUS).oid })
  expect(wrong.json).toMatchObject({ ended: 0, complete: true })
  expect(await toolStatus(access)).toBe(200)
  const right = await asElena({ command: 'end', session: grantId, person: PRIYAS.toUpperCase() })
  expect(right.json).toMatchObject({ ended: 1 })
  expect(await toolStatus(access)).toBe(401)
})

test('with storage away, what ends says that it has not, and the token is taken all the same', async () => {
  const proxy = await startStorageProxy(sandbox().azurite)
  const host = await sandbox().startInstance({ TABLES_CONNECTION_STRING: proxy.connectionString })
  proxy.set('down')
  const all = await asElena({ command: 'end', all: true }, host)
  expect([all.status, all.json]).toMatchObject([200, { ended: 0, complete: false, fault: 'storage' }])
  const purged = await asElena({ command: 'purge', person: PRIYAS }, host)
  expect([purged.status, purged.json]).toMatchObject([200, { complete: false, fault: 'storage' }])
  expect((await asElena({ command: 'end', person: PRIYAS }, host)).status).toBe(503)
  await proxy.close()
})
