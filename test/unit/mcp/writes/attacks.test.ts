import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { fetchHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { callTool, send, type Harness } from '../support/harness.ts'
import { openStage, type Stage } from '../support/sandbox-stage.ts'
import { commit, preview, writingWorker, type Call } from '../support/writing-stage.ts'

type Members = Record<string, unknown>

const WHO = 'sales-manager'
let stage: Stage
let worker: Harness
let sent: string[] = []
const wire: typeof fetch = async (input, init) => {
  const method = init?.method ?? 'GET'
  const url = input instanceof Request ? input.url : input.toString()
  if (method !== 'GET' && !url.endsWith('$batch')) sent.push(method)
  return await fetchHere(input, init)
}
beforeAll(async () => {
  stage = await openStage()
  // One for all: what it keeps is metadata, which no test here changes.
  worker = writingWorker(stage, { wire })
})
beforeEach(() => {
  stage.dataverse.reset()
  sent = []
})
afterAll(() => stage.close())

async function idOf(entity: string): Promise<string> {
  const { structuredContent } = await callTool(worker, 'query_crm', { entity, top: 1 }, WHO)
  return /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(structuredContent))![0]
}

const asked = async () => ({
  entity: 'account',
  id: await idOf('account'),
  changes: [
    { column: 'description', to: 'Café "x"' },
    { column: 'numberofemployees', to: 4_321 },
    { column: 'parentaccountid', to: 'Northfold Distillery' },
  ],
})

const change = (args: Members, at: number, members: Members): Members => {
  const changes = args['changes'] as readonly Members[]
  return { ...args, changes: changes.map((one, index) => (index === at ? { ...one, ...members } : one)) }
}
const OTHER = '01aae808-d179-4d00-8af1-a84c979f3d6d'

/** Everything that somebody may make of the arguments on their way. */
const ALTERED: readonly (readonly [what: string, alter: (args: Members) => unknown])[] = [
  ['another value', (args) => change(args, 0, { to: 'Cafe "x"' })],
  ['a blank more', (args) => change(args, 0, { to: 'Café "x" ' })],
  ['another case', (args) => change(args, 0, { to: 'café "x"' })],
  ['a letter that looks alike', (args) => change(args, 0, { to: 'Cаfé "x"' })],
  ['a hidden character', (args) => change(args, 0, { to: 'Café\u200B "x"' })],
  ['a number as text', (args) => change(args, 1, { to: '4321' })],
  ['a number near', (args) => change(args, 1, { to: 4_321.000_001 })],
  ['nothing', (args) => change(args, 1, { to: null })],
  ['another before', (args) => change(args, 1, { from: 1 })],
  ['another label', (args) => change(args, 1, { label: 'Size' })],
  ['another column', (args) => change(args, 1, { column: 'revenue' })],
  ['another row', (args) => change(args, 2, { id: OTHER })],
  ['another table of it', (args) => change(args, 2, { entity: 'contact' })],
  ['no row', (args) => change(args, 2, { id: undefined })],
  ['another order', (args) => ({ ...args, changes: (args['changes'] as unknown[]).toReversed() })],
  ['one left out', (args) => ({ ...args, changes: (args['changes'] as unknown[]).slice(1) })],
  [
    'one twice',
    (args) => ({ ...args, changes: [...(args['changes'] as unknown[]), (args['changes'] as unknown[])[0]] }),
  ],
  ['a list in the list', (args) => ({ ...args, changes: [args['changes']] })],
  ['an extra member', (args) => ({ ...args, acceptDuplicates: true })],
  ['an extra member of a change', (args) => change(args, 0, { extra: 1 })],
  [
    'a prototype in a change',
    (args) => JSON.parse(JSON.stringify(args).replace('[{', '[{"__proto__":{"to":"y"},')) as unknown,
  ],
  ['a constructor', (args) => ({ ...args, constructor: 'x' })],
  ['another record', (args) => ({ ...args, id: OTHER })],
  ['the same in capitals', (args) => ({ ...args, id: String(args['id']).toUpperCase() })],
  ['no record', (args) => ({ ...args, id: undefined })],
  ['another table', (args) => ({ ...args, entity: 'contact' })],
  ['the table in capitals', (args) => ({ ...args, entity: 'Account' })],
  ['another name', (args) => ({ ...args, name: 'Somebody else' })],
  ['no name', (args) => ({ ...args, name: undefined })],
  [
    'another token',
    (args) => ({
      ...args,
      change: `${String(args['change']).slice(0, -1)}${String(args['change']).endsWith('A') ? 'B' : 'A'}`,
    }),
  ],
  ['a cut token', (args) => ({ ...args, change: String(args['change']).slice(4) })],
  ['a padded token', (args) => ({ ...args, change: `${String(args['change'])}==` })],
  ['a long token', (args) => ({ ...args, change: String(args['change']).repeat(50) })],
  ['an empty token', (args) => ({ ...args, change: '' })],
  ['no token', (args) => ({ ...args, change: undefined })],
  ['a token that is none', (args) => ({ ...args, change: [args['change']] })],
  ['no arguments', () => undefined],
  ['arguments as text', (args) => JSON.stringify(args)],
  ['arguments in a list', (args) => [args]],
]

test.each(ALTERED)('%s: nothing is sent', async (_what, alter) => {
  const call = await preview(worker, await asked(), WHO)
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: call.tool, arguments: alter(call.arguments) },
  }
  const { status, body: text } = await send(worker, { body, headers: { authorization: `Bearer token-${WHO}` } })
  expect([sent, status, /"isError":true|"error":/.test(text ?? '')]).toEqual([[], expect.any(Number), true])
  expect(text).not.toContain('server_error')
})

test.each([
  ['members in another order', (args: Members) => Object.fromEntries(Object.entries(args).toReversed())],
  ['letters in parts', (args: Members) => JSON.parse(JSON.stringify(args).normalize('NFD')) as Members],
  [
    'a prototype, which is never read',
    (args: Members) => JSON.parse(JSON.stringify(args).replace('{', '{"__proto__":{"x":1},')) as Members,
  ],
  ['a token with blanks around it', (args: Members) => ({ ...args, change: ` ${String(args['change'])}\n` })],
])('%s mean the same, and are written once', async (_what, alter) => {
  const call = await preview(worker, await asked(), WHO)
  const same = { ...call, arguments: alter(call.arguments) as Call['arguments'] }
  expect((await commit(worker, same, WHO)).structuredContent).toMatchObject({ done: true })
  expect(sent).toEqual(['PATCH'])
})

describe('a token of somebody else', () => {
  test.each([
    ['person', {}, 'sales-rep'],
    ['client', { clientId: 'another' }, WHO],
    ['organization', { organizationId: OTHER }, WHO],
    ['address', { resource: 'https://other.example/mcp' }, WHO],
  ] as const)('of another %s writes nothing', async (_what, members, who) => {
    const call = await preview(worker, await asked(), WHO)
    const other = writingWorker(stage, { wire, caller: (one) => ({ ...one, ...members }) })
    expect((await commit(other, call, who)).structuredContent).toMatchObject({ error: { code: 'invalid_change' } })
    expect(sent).toEqual([])
  })

  test.each(['create_record', 'log_activity', 'close_opportunity', 'resolve_case', 'qualify_lead'])(
    'played to %s writes nothing',
    async (tool) => {
      const call = await preview(worker, await asked(), WHO)
      expect((await commit(worker, { ...call, tool }, WHO)).isError).toBe(true)
      expect(sent).toEqual([])
    },
  )
})

test.each(['create', 'update'] as const)('twenty of one %s at once are one change', async (kind) => {
  const call = await preview(
    worker,
    kind === 'update' ? await asked() : { entity: 'task', changes: [{ column: 'subject', to: 'Only once' }] },
    WHO,
  )
  const answers = await Promise.all(Array.from({ length: 20 }, () => commit(writingWorker(stage, { wire }), call, WHO)))
  expect(answers.map(({ structuredContent }) => structuredContent?.['done'])).toEqual(Array(20).fill(true))
  expect(answers.filter(({ structuredContent }) => structuredContent?.['already'] === false)).toHaveLength(1)
  const { structuredContent } = await callTool(
    worker,
    'query_crm',
    { entity: 'task', filter: "subject eq 'Only once'" },
    WHO,
  )
  expect(structuredContent?.rows?.length ?? 0).toBe(kind === 'create' ? 1 : 0)
})

test('twenty different changes of one record at once are one change, and nineteen that say so', async () => {
  const { entity, id } = await asked()
  const calls = []
  for (let at = 0; at < 20; at += 1)
    calls.push(await preview(worker, { entity, id, changes: [{ column: 'description', to: `value ${at}` }] }, WHO))
  const answers = await Promise.all(calls.map((call) => commit(writingWorker(stage, { wire }), call, WHO)))
  const codes = answers.map(({ structuredContent }) => structuredContent?.error?.code ?? 'done')
  expect(codes.toSorted()).toEqual([...Array<string>(19).fill('changed_meanwhile'), 'done'])
})

test('sixty-four kilobytes of text, to the byte, are previewed, given whole in the text alone, and written', async () => {
  const { id } = await asked()
  const columns = ['description', 'address1_line1']
  const to = 'ß'.repeat(1_000)
  const call = await preview(worker, { entity: 'account', id, changes: [{ column: columns[0], to }] }, WHO)
  expect((await commit(worker, call, WHO)).structuredContent).toMatchObject({ done: true })
  const answer = await callTool(
    worker,
    'preview_change',
    { entity: 'account', id, changes: columns.map((column) => ({ column, to: 'x'.repeat(32_769) })) },
    WHO,
  )
  expect(answer.structuredContent).toMatchObject({ ready: false, problems: [{ code: 'too_long' }] })
})

test('whoever only reads asks Dataverse no more where others may write', async () => {
  const reading = stage.coldWorker()
  const counted = async (of: Harness): Promise<readonly [cold: number, hot: number]> => {
    const read = async (): Promise<number> => {
      const before = stage.dataverse.counters()
      await callTool(of, 'query_crm', { entity: 'account', select: ['name'], top: 3 }, WHO)
      return stage.dataverse.counters().total - before.total
    }
    return [await read(), await read()]
  }
  const [cold, hot] = await counted(reading)
  expect([await counted(writingWorker(stage, { wire })), hot]).toEqual([[cold, hot], 1])
})
