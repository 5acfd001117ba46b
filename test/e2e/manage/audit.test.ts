// Not in a bare npm test: starts built instances of the app.
import { describe, expect, jest, test } from '@jest/globals'
import { person } from '../../sandbox/people.ts'
import { callTool, connect, ELENA, MARCUS, PRIYA } from '../support/oauth.ts'
import { eventually } from '../support/suite.ts'
import { useLaptop } from './laptop.ts'

jest.setTimeout(180_000)
const { sandbox, desk, type, json } = useLaptop()
const rowsOf = (event: string) =>
  sandbox()
    .auditTable?.rows()
    .filter((row) => row['Event'] === event) ?? []
type Rows = readonly Readonly<Record<string, unknown>>[]

describe('questions of the audit', () => {
  test('who uses it, who read a record, what they asked, and how much, by the administrator’s own right', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    const listed = await callTool(sandbox().app.url, access, 'query_crm', {
      entity: 'account',
      select: ['name'],
      top: 1,
    })
    const [, record = ''] = /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(listed.text) ?? []
    await eventually(() => rowsOf('tool.called').length > 0, 20_000)

    const people = (await json('people'))['people'] as Rows
    expect(people).toEqual([expect.objectContaining({ UserId: person(PRIYA).oid, SignIns: 1, Calls: 1 })])
    expect((await type('people', '--days', '2')).stdout).toMatch(/From the audit, 2 days back/)

    const readers = (await json('who-read', `account/${record}`))['readers'] as Rows
    expect(readers).toEqual([expect.objectContaining({ UserId: person(PRIYA).oid, Certain: 'read' })])
    const nobody = await type('who-read', 'account/11111111-2222-4333-8444-555555555555')
    expect(nobody).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nobody read 1111/) as unknown })

    expect((await type('asked', PRIYA)).stdout).toMatch(/tool\.called +query_crm/)
    expect(((await json('asked', MARCUS))['asked'] as Rows).length).toBe(0)
    expect(await json('usage', '--days', '1')).toMatchObject({
      calls: [{ Tool: 'query_crm', Calls: 1, People: 1 }],
      signIns: [{ Completed: 1, SuccessPercent: 100 }],
      days: 1,
    })
  })

  test('why a sign-in failed, by time and by the id of its page', async () => {
    await connect(sandbox(), 'tom.becker@harbourpine.example').catch(() => undefined)
    const failed = await eventually(() => rowsOf('signin.failed').at(-1), 20_000)
    const at = String(failed['TimeGenerated']).slice(11, 16)
    const byTime = await type('why', at)
    expect([byTime.code, byTime.stdout]).toEqual([
      0,
      expect.stringContaining(String(failed['CorrelationId'])) as unknown,
    ])
    const byId = (await json('why', String(failed['CorrelationId'])))['events'] as Rows
    expect(byId).toEqual(expect.arrayContaining([expect.objectContaining({ Event: 'signin.failed' })]))
    expect((await type('why', '2026-01-02', '03:04')).stdout).toMatch(/^No sign-in ten minutes/)
    for (const wrong of ["x'y", '25:61', '2099-01-01 00:00', 'a|b'])
      expect(await type('why', wrong)).toMatchObject({ code: 2, stdout: '' })
  })

  test('the app’s role alone does not open it, and the role that does is named', async () => {
    desk().readers.delete(person(ELENA).oid)
    const { code, stdout, stderr } = await type('people')
    desk().readers.add(person(ELENA).oid)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/Log Analytics Data Reader[^]*az role assignment create/)
  })

  test('a workspace that is not there, or is named otherwise', async () => {
    const other = '11111111-2222-4333-8444-555555555555'
    expect((await type('people', '--workspace', other)).stderr).toMatch(/no such workspace[^]*AUDIT_WORKSPACE_ID/)
    expect(await type('people', '--workspace', 'log-audit-x')).toMatchObject({ code: 2 })
  })

  test('the stand-in refuses a token for something else, and every query that is not one of ours', async () => {
    const cloud = await fetch(`${desk().environment.REHEARSAL_AZ}/cloud`, { method: 'POST', body: '{}' })
    const { logAnalytics: url } = (await cloud.json()) as { readonly logAnalytics: string }
    const token = (resource: string) => sandbox().entra.mintCliToken({ signedIn: { upn: ELENA }, resource })
    const ask = async (resource: string, query: string) => {
      const { accessToken } = await token(resource)
      const response = await fetch(`${url}/v1/workspaces/5b1f0c7d-2e01-4d8e-9a51-0a3c1a866f0e/query`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ query }),
      })
      const { error } = (await response.json()) as { error?: { code: string; message: string } }
      return [response.status, error?.code]
    }
    expect(await ask('https://graph.microsoft.com', 'x')).toEqual([403, 'InvalidAuthenticationTokenAudience'])
    expect(await ask('https://api.loganalytics.io', 'DynamicsMcpAudit_CL | take 1')).toEqual([400, 'BadArgumentError'])
  })
})
