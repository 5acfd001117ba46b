// Not in a bare npm test: waits until an audit that was away takes what it missed.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { buildAuthorizeUrl } from '../../sandbox/chatgpt/authorize.ts'
import { callTool, connect, newParty, type Party, PRIYA } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { type Page, Tab } from '../support/tab.ts'
import { dumpTables } from '../support/table-dump.ts'

jest.setTimeout(120_000)
const sandbox = useSandbox({ deployed: true, audit: true, settings: { AUDIT_REQUIRED: 'true' } })
let party: Party
beforeAll(async () => {
  party = await newParty(sandbox())
})

const table = () => sandbox().auditTable!
const valueOf = (line: string, field: string): string => new RegExp(`\\b${field}=(\\S+)`).exec(line)?.[1] ?? ''
const rowsOf = (grantId: string) =>
  table()
    .rows()
    .filter(({ GrantId }) => GrantId === grantId)
    .map(({ Event }) => Event)

/** The last page of a sign-in, of whose events none is taken from when Microsoft has the person on. */
async function signInUnheard(): Promise<Page> {
  const tab = new Tab()
  const consent = await tab.open(buildAuthorizeUrl(party.discovery, party.client).url)
  const picker = await tab.follow(await tab.press(consent, 'continue'))
  const account = await tab.press(picker, PRIYA)
  table().fail(...Array.from({ length: 4 }, () => ({ status: 503 })))
  return tab.follow(account)
}

describe('a sign-in that cannot be written down', () => {
  test('gives no code, and leaves no connection: its grant is ended at once', async () => {
    const page = await signInUnheard()
    expect([page.status, page.headers.get('location')]).toEqual([503, null])
    expect(page.text).toContain('The audit trail cannot be reached')
    const [completed] = await events(sandbox().app, 'signin.completed')
    const grantId = valueOf(completed ?? '', 'grantId')
    const revoked = await eventually(async () => (await events(sandbox().app, 'grant.revoked')).at(-1))
    expect([grantId.length > 10, valueOf(revoked, 'grantId')]).toEqual([true, grantId])
    const [grant] = (await dumpTables(sandbox().azurite)).filter(
      ({ properties }) => properties['partitionKey'] === grantId && properties['rowKey'] === 'grant',
    )
    expect(grant?.properties['state']).toBe('revoked')
    // Both were only late, and tell the same once the table takes them.
    await eventually(() => rowsOf(grantId).length >= 2, 60_000)
    expect(rowsOf(grantId)).toEqual(['signin.completed', 'grant.revoked'])
  })

  test('does not stand in the way of the next one', async () => {
    const session = await connect(sandbox(), PRIYA, { party })
    expect((await callTool(sandbox().app.url, session.access)).status).toBe(200)
    expect(rowsOf(session.grantId)).toEqual(expect.arrayContaining(['signin.completed', 'token.issued', 'tool.called']))
  })
})
