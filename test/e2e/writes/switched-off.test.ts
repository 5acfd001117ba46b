import { beforeAll, expect, test } from '@jest/globals'
import { postMcp } from '../../sandbox/chatgpt/mcp.ts'
import { appointAdministrator, tokenOf } from '../support/administrator.ts'
import { type Answer, callTool, connect, ELENA, MARCUS, PRIYA, WIRE } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { BOTH, PREVIEW, WRITING } from './writing.ts'

const sandbox = useSandbox({ settings: WRITING })
beforeAll(() => appointAdministrator(sandbox(), ELENA))

async function switchWrites(off: boolean): Promise<void> {
  const { app } = sandbox()
  const authorization = `Bearer ${await tokenOf(sandbox(), ELENA)}`
  const headers = { 'content-type': 'application/json', authorization }
  const body = JSON.stringify({ command: 'switch', kind: 'writes', off })
  expect((await fetch(`${app.url}/manage`, { method: 'POST', headers, body })).status).toBe(200)
}

const names = async (accessToken: string): Promise<readonly string[]> => {
  const { text } = await postMcp(WIRE, sandbox().mcpUrl, { id: 1, method: 'tools/list', accessToken })
  return [...text.matchAll(/"name":"(\w+)","title"/g)].map(([, name = '']) => name)
}
const call = async (access: string, tool: string, args = {}): Promise<Answer> =>
  await callTool(sandbox().app.url, access, tool, args)
const requests = (): string => JSON.stringify(sandbox().dataverse.counters())

test('all writing off: nothing is listed or sent, nobody is challenged for it, and reading goes on', async () => {
  const { access: writer } = await connect(sandbox(), PRIYA, { asked: { scope: `${BOTH} offline_access` }, tick: true })
  const { access: reader } = await connect(sandbox(), MARCUS)
  const all = await names(writer)
  expect(all).toContain('update_record')
  expect((await call(writer, ...PREVIEW)).text).toContain('\\"tool\\":\\"create_record\\"')
  await switchWrites(true)
  // Nobody is asked for what they would not get for now.
  const asking = { asked: { scope: `${BOTH} offline_access` }, tick: true }
  const { access: meanwhile } = await connect(sandbox(), PRIYA, asking)
  const listed = await names(writer)
  expect(all.filter((name) => !listed.includes(name))).toEqual([
    'preview_change',
    'create_record',
    'update_record',
    'log_activity',
    'close_opportunity',
    'resolve_case',
    'qualify_lead',
  ])
  const before = requests()
  for (const access of [writer, reader]) {
    for (const tool of ['preview_change', 'update_record', 'close_opportunity']) {
      const { status, text } = await call(access, tool, PREVIEW[1])
      expect([status, text]).toEqual([200, expect.stringContaining('An administrator has switched off writing')])
      expect(text).not.toContain('www_authenticate')
    }
  }
  expect(requests()).toBe(before)
  expect((await call(writer, 'whoami')).text).toContain('Priya')
  await switchWrites(false)
  expect((await call(writer, ...PREVIEW)).text).toContain('\\"tool\\":\\"create_record\\"')
  expect((await call(meanwhile, ...PREVIEW)).text).toContain('insufficient_scope')
})
