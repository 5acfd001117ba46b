import { describe, expect, test } from '@jest/globals'
import { parseChallenge } from '../../sandbox/chatgpt/discovery.ts'
import { person } from '../../sandbox/people.ts'
import {
  type Answer,
  callTool,
  connect,
  MARCUS,
  newParty,
  obtainCode,
  PRIYA,
  refresh,
  revoke,
} from '../support/oauth.ts'
import { inTime, pause, useSandbox } from '../support/suite.ts'
import { forge } from '../support/token-forge.ts'
import { rowsAsObjects } from '../../unit/mcp/support/rows.ts'

const sandbox = useSandbox()
const QUERY = { entity: 'opportunity', select: ['name'], orderby: 'name asc', top: 50 }

function structured({ json, text }: Answer): Record<string, unknown> {
  const message = json.result ? json : (JSON.parse(text.replace(/^[\s\S]*?data: /, '')) as Record<string, unknown>)
  return (message.result as { structuredContent: Record<string, unknown> }).structuredContent
}

describe('two people at once', () => {
  test('with equal JSON-RPC ids and a slow Dataverse, nobody ever gets the other one’s rows', async () => {
    const { app, dataverse } = sandbox()
    const [priya, marcus] = [await connect(sandbox(), PRIYA), await connect(sandbox(), MARCUS)]
    const ask = (token: string) => callTool(app.url, token, 'query_crm', QUERY, 1)
    const [hers, his] = [structured(await ask(priya.access)), structured(await ask(marcus.access))]
    expect(hers.rows).not.toEqual(his.rows)

    dataverse.fault({ upn: PRIYA, kind: 'delay', ms: 150 })
    dataverse.fault({ upn: MARCUS, kind: 'delay', ms: 30 })
    const order = Array.from({ length: 20 }, (_, at) => (at % 2 ? marcus : priya))
    const answers = await Promise.all(order.map(({ access }) => ask(access)))
    expect(answers.map((answer) => structured(answer).rows)).toEqual(
      order.map((one) => (one === priya ? hers.rows : his.rows)),
    )
  })

  test('a row that one of them named is not found for the other, who may not see it', async () => {
    const { app, dataverse } = sandbox()
    const [priya, marcus] = [await connect(sandbox(), PRIYA), await connect(sandbox(), MARCUS)]
    const namesOf = async (token: string): Promise<unknown[]> => {
      const answer = await callTool(app.url, token, 'query_crm', { ...QUERY, entity: 'account', top: 500 })
      return rowsAsObjects(structured(answer)).map((row) => row['name'])
    }
    const hers = await namesOf(priya.access)
    const name = String((await namesOf(marcus.access)).find((one) => !hers.includes(one)))
    const filter = `accountid eq '${name}' or parentaccountid eq '${name}'`
    const ask = (token: string) =>
      callTool(app.url, token, 'query_crm', { entity: 'account', select: ['name'], filter })
    const refused = { code: 'unknown_name', nextStep: expect.not.stringMatching(/[0-9a-f]{8}-[0-9a-f]{4}-/) as unknown }

    expect(rowsAsObjects(structured(await ask(marcus.access)))).toContainEqual(expect.objectContaining({ name }))
    expect(structured(await ask(priya.access)).error).toMatchObject(refused)
    dataverse.reset()
    expect(rowsAsObjects(structured(await ask(marcus.access)))).toContainEqual(expect.objectContaining({ name }))
    expect(dataverse.counters().total).toBe(1)
    expect(structured(await ask(priya.access)).error).toMatchObject(refused)
  })

  test('the same client id serves both, each as themselves', async () => {
    const party = await newParty(sandbox())
    const priya = await connect(sandbox(), PRIYA, { party })
    const marcus = await connect(sandbox(), MARCUS, { party })
    const names = await Promise.all(
      [priya, marcus].map(async ({ access }) => JSON.stringify(structured(await callTool(sandbox().app.url, access)))),
    )
    expect(names[0]).toContain(person(PRIYA).systemUserId)
    expect(names[0]).not.toContain(person(MARCUS).systemUserId)
    expect(names[1]).toContain(person(MARCUS).systemUserId)
  })

  test('metadata read by one person is shared; what a fault costs one does not touch the other', async () => {
    const { app, dataverse } = sandbox()
    const [priya, marcus] = [await connect(sandbox(), PRIYA), await connect(sandbox(), MARCUS)]
    dataverse.fault({ upn: PRIYA, kind: 'unauthorized' })
    const [hers, his] = await Promise.all([
      callTool(app.url, priya.access, 'query_crm', QUERY),
      callTool(app.url, marcus.access, 'query_crm', QUERY),
    ])
    expect([hers.status, his.status]).toEqual([401, 200])
  })
})

describe('a token that does not hold', () => {
  const CHALLENGE = () => ({
    resource_metadata: `${sandbox().app.url}/.well-known/oauth-protected-resource/mcp`,
    scope: 'dynamics.read',
  })
  async function expectInvalid(token: string): Promise<void> {
    const answer = await callTool(sandbox().app.url, token)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const challenge = parseChallenge(answer.headers.get('www-authenticate'))
    expect(challenge).toMatchObject({ ...CHALLENGE(), error: 'invalid_token' })
  }

  test('none at all: a challenge that names no error', async () => {
    const answer = await fetch(`${sandbox().app.url}/mcp`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(401)
    expect(parseChallenge(answer.headers.get('www-authenticate'))).toEqual(CHALLENGE())
  })

  test.each([
    ['wrong', () => forge('access')],
    ['truncated', () => forge('access').slice(0, -3)],
    ['with a prefix of another kind', () => forge('access').replace('dma_', 'dmr_')],
    ['of another issuer', () => sandbox().entra.mintDataverseToken(PRIYA)],
    ['with characters that no token has', () => 'dma_ä'],
    ['far too long', () => `dma_${'A'.repeat(5000)}`],
  ])('%s', async (_, make) => {
    await expectInvalid(encodeURI(await make()))
  })

  test('another secret with the id of a live grant', async () => {
    const { access, grantId } = await connect(sandbox(), PRIYA)
    await expectInvalid(forge('access', grantId))
    expect((await callTool(sandbox().app.url, access)).status).toBe(200)
  })

  test('a live code or refresh token in place of an access token', async () => {
    const session = await connect(sandbox(), PRIYA)
    const { code } = await obtainCode(sandbox(), session, PRIYA)
    await expectInvalid(code)
    await expectInvalid(session.refresh)
    expect((await refresh(sandbox().app.url, session, session.refresh)).status).toBe(200)
  })

  test('revoked: the instance that revoked knows at once', async () => {
    const session = await connect(sandbox(), PRIYA)
    expect((await callTool(sandbox().app.url, session.access)).status).toBe(200)
    expect((await revoke(sandbox().app.url, session, session.access)).status).toBe(200)
    await expectInvalid(session.access)
    expect((await refresh(sandbox().app.url, session, session.refresh)).status).toBe(200)
  })

  test('its grant ended', async () => {
    const session = await connect(sandbox(), PRIYA)
    expect((await callTool(sandbox().app.url, session.access)).status).toBe(200)
    await revoke(sandbox().app.url, session, session.refresh)
    await expectInvalid(session.access)
  })

  test('expired, though it is remembered', async () => {
    const shortLived = await sandbox().startInstance({ ACCESS_TOKEN_LIFETIME: '2' })
    const access = await inTime(2, async () => {
      const session = await connect(sandbox(), PRIYA, { base: shortLived.url })
      expect((await callTool(sandbox().app.url, session.access)).status).toBe(200)
      return session.access
    })
    await pause(2000)
    await expectInvalid(access)
  })

  test.each(['GET', 'DELETE', 'PUT'])('%s is told of the token before the method', async (method) => {
    const headers = { authorization: `Bearer ${forge('access')}` }
    const answer = await fetch(`${sandbox().app.url}/mcp`, { method, headers })
    expect(answer.status).toBe(401)
  })
})
