import { TableClient } from '@azure/data-tables'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { parseToken } from '../../../shared/tokens/token.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import {
  type Answer,
  callTool,
  connect,
  grantIdOf,
  MARCUS,
  newParty,
  pairOf,
  PRIYA,
  refresh,
  refreshFields,
  token,
} from '../support/oauth.ts'
import { eventually, events, pause, useSandbox } from '../support/suite.ts'
import { forge } from '../support/token-forge.ts'

const GRACE_SECONDS = 1
const sandbox = useSandbox({ settings: { REFRESH_GRACE: String(GRACE_SECONDS) } })
let app: App
let others: readonly App[]
beforeAll(async () => {
  app = sandbox().app
  const settings = [{}, { GRANT_LIFETIME: '1' }, { REFRESH_IDLE_LIFETIME: '1' }, { REFRESH_GRACE: '30' }]
  others = await Promise.all(settings.map((more) => sandbox().startInstance(more)))
})

const refreshes = () => sandbox().entra.counters()['token.refresh_token']
const statusOf = ({ status, json }: Answer) => [status, json.error ?? 'ok']
const INVALID_GRANT = [400, 'invalid_grant']
/** What ChatGPT keeps: without the lifetime, which runs. */
const kept = ({ json }: Answer) => ({ ...json, expires_in: undefined })

/** That the pair of this refresh token was received is noted beside the call that showed its access token. */
async function noted({ refresh: value }: { readonly refresh: string }): Promise<void> {
  const { azurite } = sandbox()
  const grants = TableClient.fromConnectionString(azurite.connectionString, 'grants', { allowInsecureConnection: true })
  const rowKey = `refresh:${parseToken('refresh', value)?.hash ?? ''}`
  await eventually(async () => (await grants.getEntity(grantIdOf(value), rowKey))['receivedAt'] !== undefined)
}

describe('rotation', () => {
  test('gives a new pair each time, and both work', async () => {
    const session = await connect(sandbox(), PRIYA)
    const answer = await refresh(app.url, session, session.refresh)
    const next = pairOf(answer)
    expect(next.access).not.toBe(session.access)
    expect(next.refresh).not.toBe(session.refresh)
    expect(answer.json).toMatchObject({ token_type: 'Bearer', scope: 'dynamics.read offline_access' })
    expect(Number(answer.json.expires_in)).toBeGreaterThan(3400)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    for (const one of [session.access, next.access]) expect((await callTool(app.url, one)).status).toBe(200)
    expect(statusOf(await refresh(app.url, session, next.refresh))).toEqual([200, 'ok'])
  })

  test('a retry gets the identical pair without Entra, until the successor is used', async () => {
    const session = await connect(sandbox(), PRIYA)
    const first = await refresh(app.url, session, session.refresh)
    const asked = refreshes()
    await pause(GRACE_SECONDS * 1000 + 100)
    for (const base of [app.url, others[0]!.url])
      expect(kept(await refresh(base, session, session.refresh))).toEqual(kept(first))
    expect(refreshes()).toBe(asked)
  })

  test('the grace runs from the first use of the successor; reuse after it ends everything', async () => {
    const session = await connect(sandbox(), PRIYA)
    const first = await refresh(app.url, session, session.refresh)
    const { refresh: second } = pairOf(first)
    const third = pairOf(await refresh(app.url, session, second))
    // One second is all that the others give, and a busy machine may take it for itself.
    expect(kept(await refresh(others[3]!.url, session, session.refresh))).toEqual(kept(first))
    await pause(GRACE_SECONDS * 1000 + 50)
    expect((await callTool(app.url, third.access)).status).toBe(200)

    expect(statusOf(await refresh(app.url, session, session.refresh))).toEqual(INVALID_GRANT)
    const line = await eventually(async () =>
      (await events(app, 'refresh.reused')).find((one) => one.includes(session.grantId)),
    )
    expect(line).toContain('[error]')
    expect(statusOf(await refresh(app.url, session, third.refresh))).toEqual(INVALID_GRANT)
    expect((await callTool(app.url, third.access)).status).toBe(401)
  })

  test('the first tool call starts the grace: within it a repeat is logged, after it the connection ends', async () => {
    const patient = others[3]!
    const session = await connect(sandbox(), PRIYA)
    const next = pairOf(await refresh(app.url, session, session.refresh))
    expect((await callTool(others[0]!.url, next.access)).status).toBe(200)
    await noted(next)
    await pause(200)
    expect(pairOf(await refresh(patient.url, session, session.refresh))).toEqual(next)
    const repeats = async () => (await events(patient, 'refresh.repeated')).find((one) => one.includes(session.grantId))
    const line = await eventually(repeats)
    expect(line).toContain('[warning]')
    expect(Number(/durationMs=(\d+)/.exec(line)?.[1])).toBeGreaterThan(100)
    expect((await callTool(app.url, next.access)).status).toBe(200)

    await pause(GRACE_SECONDS * 1000)
    expect(statusOf(await refresh(app.url, session, session.refresh))).toEqual(INVALID_GRANT)
    await eventually(async () => (await events(app, 'refresh.reused')).find((one) => one.includes(session.grantId)))
    expect(statusOf(await refresh(app.url, session, next.refresh))).toEqual(INVALID_GRANT)
    expect((await callTool(app.url, next.access)).status).toBe(401)
  })

  test('the third round in which a repeat comes ends the connection', async () => {
    const patient = others[3]!
    const session = await connect(sandbox(), PRIYA)
    let held = session.refresh
    const answers: unknown[] = []
    for (let round = 1; round <= 3; round++) {
      const next = pairOf(await refresh(patient.url, session, held))
      await callTool(patient.url, next.access)
      await noted(next)
      answers.push(...statusOf(await refresh(patient.url, session, held)))
      held = next.refresh
    }
    expect(answers).toEqual([200, 'ok', 200, 'ok', ...INVALID_GRANT])
    const ofSession = async (name: string) =>
      (await events(patient, name)).filter((one) => one.includes(session.grantId))
    expect(await eventually(async () => (await ofSession('refresh.reused'))[0])).toContain('reason=refresh-repeated')
    expect(await ofSession('refresh.repeated')).toHaveLength(3)
    expect(statusOf(await refresh(patient.url, session, held))).toEqual(INVALID_GRANT)
  })

  test('the scope of a refresh is what was granted, whatever is asked', async () => {
    const session = await connect(sandbox(), PRIYA)
    const fields = { ...refreshFields(session, session.refresh), scope: 'https://graph.microsoft.com/.default admin' }
    expect((await token(app.url, fields)).json).toMatchObject({ scope: 'dynamics.read offline_access' })
  })

  test('is seen at once by another instance', async () => {
    const session = await connect(sandbox(), PRIYA)
    const next = pairOf(await refresh(app.url, session, session.refresh))
    expect((await callTool(others[0]!.url, next.access)).status).toBe(200)
    expect(statusOf(await refresh(others[0]!.url, session, next.refresh))).toEqual([200, 'ok'])
  })
})

describe('lifetimes', () => {
  test.each([
    ['unused for too long', 2],
    ['past the absolute end', 1],
  ])('a refresh token %s is refused and nothing is asked of Entra', async (_, at) => {
    const session = await connect(sandbox(), PRIYA, { base: others[at]!.url })
    const asked = refreshes()
    await pause(1050)
    expect(statusOf(await refresh(app.url, session, session.refresh))).toEqual(INVALID_GRANT)
    expect(refreshes()).toBe(asked)
  })
})

describe('fifty at once', () => {
  const FIFTY = Array.from({ length: 50 }, (_, at) => at)

  test('in one process: one request of Entra, one pair, no failure', async () => {
    const session = await connect(sandbox(), PRIYA)
    const asked = refreshes()
    const answers = await Promise.all(FIFTY.map(() => refresh(app.url, session, session.refresh)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map((answer) => JSON.stringify(kept(answer)))).size).toBe(1)
    expect(refreshes() - asked).toBe(1)
    const { access, refresh: next } = pairOf(answers[0]!)
    expect((await callTool(app.url, access)).status).toBe(200)
    expect(statusOf(await refresh(app.url, session, next))).toEqual([200, 'ok'])
  })

  test('over three instances on one storage: one pair, no failure', async () => {
    const session = await connect(sandbox(), PRIYA)
    const instances = [app.url, others[0]!.url, others[1]!.url]
    const asked = refreshes()
    const answers = await Promise.all(FIFTY.map((at) => refresh(instances[at % 3]!, session, session.refresh)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map((answer) => JSON.stringify(kept(answer)))).size).toBe(1)
    expect(refreshes() - asked).toBeLessThanOrEqual(3)
    const { access, refresh: next } = pairOf(answers[0]!)
    for (const base of instances) expect((await callTool(base, access)).status).toBe(200)
    expect(statusOf(await refresh(others[0]!.url, session, next))).toEqual([200, 'ok'])
  })

  test('of ten people at once: each gets their own', async () => {
    const party = await newParty(sandbox())
    const sessions = await Promise.all(
      FIFTY.slice(0, 10).map((at) => connect(sandbox(), at % 2 ? PRIYA : MARCUS, { party })),
    )
    const answers = await Promise.all(sessions.map((session) => refresh(app.url, session, session.refresh)))
    const grants = answers.map((answer) => pairOf(answer).access.slice(4, 26))
    expect(grants).toEqual(sessions.map(({ grantId }) => grantId))
  })
})

describe('a refresh token that is not the client’s own', () => {
  test('an unknown secret with the id of a live grant is refused, and the grant lives', async () => {
    const session = await connect(sandbox(), PRIYA)
    const forged = forge('refresh', session.grantId)
    expect(statusOf(await refresh(app.url, session, forged))).toEqual(INVALID_GRANT)
    expect(statusOf(await refresh(app.url, session, session.refresh))).toEqual([200, 'ok'])
    expect((await events(app, 'refresh.reused')).some((line) => line.includes(session.grantId))).toBe(false)
  })

  test('another client’s is refused, live or rotated, and the grant lives', async () => {
    const session = await connect(sandbox(), PRIYA)
    const other = await newParty(sandbox())
    expect(statusOf(await refresh(app.url, other, session.refresh))).toEqual(INVALID_GRANT)
    const next = pairOf(await refresh(app.url, session, session.refresh))
    expect(statusOf(await refresh(app.url, other, session.refresh))).toEqual(INVALID_GRANT)
    await refresh(app.url, session, next.refresh)
    await pause(GRACE_SECONDS * 1000 + 50)
    expect(statusOf(await refresh(app.url, other, session.refresh))).toEqual(INVALID_GRANT)
    expect((await callTool(app.url, next.access)).status).toBe(200)
  })

  test.each([
    ['an access token', (session: { access: string }) => session.access],
    ['a code', () => forge('code')],
    ['a truncated one', (session: { refresh: string }) => session.refresh.slice(0, -1)],
    ['one of another server', () => '1.AQ8A-entra-refresh-token'],
  ])('%s in its place is refused, and the grant lives', async (_, pick) => {
    const session = await connect(sandbox(), PRIYA)
    expect(statusOf(await refresh(app.url, session, pick(session)))).toEqual(INVALID_GRANT)
    expect(statusOf(await refresh(app.url, session, session.refresh))).toEqual([200, 'ok'])
  })
})
