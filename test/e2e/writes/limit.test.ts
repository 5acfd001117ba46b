import { expect, test } from '@jest/globals'
import { createChatGpt, type ChatGpt } from '../../sandbox/chatgpt/client.ts'
import { MARCUS, PRIYA } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { BOTH, codeOf, WRITING } from './writing.ts'

const MOST = 2
const sandbox = useSandbox({ settings: { ...WRITING, WRITES_PER_HOUR: String(MOST) } })

async function writer(upn: string): Promise<ChatGpt> {
  const chatGpt = createChatGpt({ mcpUrl: sandbox().mcpUrl })
  await chatGpt.connect(upn, { scope: BOTH, tick: true })
  return chatGpt
}
type Prepared = { readonly call?: { readonly tool: string; readonly arguments: Record<string, unknown> } }

/** The call that a preview of a new task gives. */
async function prepare(chatGpt: ChatGpt, subject: string) {
  const changes = [{ column: 'subject', to: subject }]
  const { structuredContent } = await chatGpt.callTool('preview_change', { entity: 'task', changes })
  const { call } = structuredContent as Prepared
  if (!call) throw new Error(`not ready: ${JSON.stringify(structuredContent)}`)
  return () => chatGpt.callTool(call.tool, call.arguments)
}
const sent = () => sandbox().dataverse.counters()

test('changes of an hour: the last is refused before it is sent, previews and reading go on, others are not held', async () => {
  const priya = await writer(PRIYA)
  for (let at = 0; at < MOST; at += 1) {
    const done = await (await prepare(priya, `Call ${at}`))()
    expect([codeOf(done), done.structuredContent?.['done']]).toEqual([undefined, true])
  }
  const write = await prepare(priya, 'One too many')
  const before = sent()
  const refused = await write()
  const nextStep = expect.stringMatching(/^Nothing was changed\. Wait \d+ minutes, then preview the change again; /)
  expect(refused.structuredContent).toMatchObject({ error: { code: 'limit_reached', nextStep } })
  // It is looked for, as the same call may have made it before; nothing is sent.
  const { kinds, total } = sent()
  expect([kinds.create, kinds.update, total]).toEqual([before.kinds.create, before.kinds.update, before.total + 1])
  await eventually(async () =>
    (await events(sandbox().app, 'limit.reached')).some((line) => line.includes('WRITES_PER_HOUR')),
  )
  expect(codeOf(await priya.callTool('whoami'))).toBeUndefined()
  const marcus = await writer(MARCUS)
  expect(codeOf(await (await prepare(marcus, 'A colleague'))())).toBeUndefined()
})
