import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { ElicitResult } from '@modelcontextprotocol/client'
import type { App } from '../../../sandbox/functions-host/start.ts'
import { createChatGpt } from '../../../sandbox/chatgpt/client.ts'
import { MARCUS, PRIYA } from '../../support/oauth.ts'
import { events, eventually, useSandbox } from '../../support/suite.ts'
import { atDynamics, previewIn, seat, signIn, VIEWS, WRITING, writesTo, type ReadyCall, type Seat } from './stage.ts'

const sandbox = useSandbox({ deployed: true, settings: WRITING })
const YES: ElicitResult = { action: 'accept', content: { apply: true } }

let human: App
const tokens = new Map<string, string>()
const token = (upn: string = PRIYA): string => tokens.get(upn) ?? ''
beforeAll(async () => {
  human = await sandbox().startInstance({ WRITE_CONFIRMATION: 'human' })
  for (const upn of [PRIYA, MARCUS]) tokens.set(upn, await signIn(sandbox(), upn))
})
const open: Seat[] = []
const sit = async (...given: Parameters<typeof seat>): Promise<Seat> => {
  const taken = await seat(...given)
  open.push(taken)
  return taken
}
afterAll(async () => {
  await Promise.all(open.map(({ close }) => close()))
})

let task = ''
let before = 0
beforeEach(async () => {
  const { activityid } = await atDynamics(sandbox(), PRIYA).create('tasks', {
    subject: 'Call Fabrikam',
    description: 'Old',
  })
  task = String(activityid)
  before = writesTo(sandbox())
})
const written = () => writesTo(sandbox()) - before
const subject = async () => (await atDynamics(sandbox(), PRIYA).read('tasks', task))['subject']
const change = (to: string, column = 'subject') => ({ entity: 'task', id: task, changes: [{ column, to }] })
const told = (host: App, name: string, part: string) =>
  eventually(async () => (await events(host, name)).find((line) => line.includes(part)))

describe('a client that can ask its person', () => {
  test.each(['host', 'human'] as const)('asks by the whole change, and a yes makes it: %s', async (setting) => {
    const host = setting === 'host' ? sandbox().app : human
    const { preview, call, asked } = await sit(host, token(), { answer: YES })
    const { call: ready } = await preview(change('Call Fabrikam today'))
    expect([written(), asked]).toEqual([0, []])
    expect(await call(ready!)).toMatchObject({ structuredContent: { done: true, already: false } })
    expect(asked).toEqual(['Change the task “Call Fabrikam”?\n• Subject: “Call Fabrikam” → “Call Fabrikam today”'])
    expect([written(), await subject()]).toEqual([1, 'Call Fabrikam today'])
    expect(await told(host, 'change.applied', task)).toMatch(/confirmation\W+elicitation/)
    expect((await events(host, 'tool.called')).some((line) => line.includes('asked'))).toBe(true)
  })

  const NO: readonly ElicitResult[] = [
    { action: 'decline' },
    { action: 'cancel' },
    { action: 'accept', content: { apply: false } },
    { action: 'accept', content: {} },
  ]
  test.each(NO)('%j: no error, nothing is written, and the model is told to leave it', async (answer) => {
    for (const host of [sandbox().app, human]) {
      const { preview, call, asked } = await sit(host, token(), { answer })
      const result = await call((await preview(change(`For ${answer.action}`))).call!)
      expect(result.isError ?? false).toBe(false)
      expect(result.structuredContent).toMatchObject({ done: false, declined: true })
      expect(JSON.stringify(result.content)).toContain('The person said no')
      expect([asked.length, written(), await subject()]).toEqual([1, 0, 'Call Fabrikam'])
      expect(await told(host, 'change.declined', task)).toMatch(/changeId/)
    }
  })
})

describe('a client that can ask nobody', () => {
  test('host: the change is left to its own dialog', async () => {
    const { preview, call } = await sit(sandbox().app, token())
    expect(await call((await preview(change('By the host'))).call!)).toMatchObject({
      structuredContent: { done: true },
    })
    expect([written(), await subject()]).toEqual([1, 'By the host'])
    expect(await told(sandbox().app, 'change.applied', task)).toMatch(/confirmation\W+host/)
  })

  test.each([
    ['human', 'subject'],
    ['host', 'description'],
  ] as const)('%s, %s: the preview says that a person is needed, and gives no call', async (setting, column) => {
    const { preview } = await sit(setting === 'host' ? sandbox().app : human, token())
    const shown = await preview(change('Anything', column))
    expect([shown.ready, shown.call, shown.forTheView]).toEqual([false, undefined, undefined])
    expect(shown.problems?.map(({ code }) => code)).toEqual(['confirmation_needed'])
    expect(written()).toBe(0)
  })

  test('a call that wants a person’s yes is not made by a request that can ask nobody', async () => {
    const able = await sit(human, token(), { answer: YES })
    const { call: ready } = await able.preview(change('Taken elsewhere'))
    for (const host of [human, sandbox().app]) {
      const { call } = await sit(host, token())
      expect(await call(ready!)).toMatchObject({
        isError: true,
        structuredContent: { error: { code: 'confirmation_needed' } },
      })
    }
    expect([written(), able.asked]).toEqual([0, []])
  })

  test('a call of before the setting wanted a person is not made', async () => {
    const { preview } = await sit(sandbox().app, token())
    const { call: ready } = await preview(change('Of before'))
    const after = await sit(human, token())
    expect(await after.call(ready!)).toMatchObject({ structuredContent: { error: { code: 'confirmation_needed' } } })
    expect(written()).toBe(0)
  })
})

describe('a client that draws our view', () => {
  test.each([
    ['human', 'subject'],
    ['host', 'description'],
  ] as const)('%s, %s: the view alone is given the call, which makes the change', async (setting, column) => {
    const host = setting === 'host' ? sandbox().app : human
    const { preview, call } = await sit(host, token(), { capabilities: VIEWS })
    const { forTheView, call: forTheModel, told: modelSees, ready } = await preview(change('By a click', column))
    expect([ready, forTheModel]).toEqual([true, undefined])
    expect(modelSees).not.toContain(forTheView!.arguments.change)
    expect(modelSees.split(/[^\w-]/).filter((word) => word.length > 80)).toEqual([])
    // What the model can do with all that it saw.
    const without = { ...forTheView!.arguments, change: undefined }
    for (const made of [without, { ...without, change: '' }, { ...without, change: 'AR2kUQ' }]) {
      const result = await call({ ...forTheView!, arguments: made as ReadyCall['arguments'] })
      expect(result.isError).toBe(true)
    }
    expect(written()).toBe(0)
    expect(await call(forTheView!)).toMatchObject({ structuredContent: { done: true } })
    expect(await call(forTheView!)).toMatchObject({ structuredContent: { done: true, already: true } })
    expect(await told(host, 'change.applied', task)).toMatch(/confirmation\W+card/)
    expect((await host.logs()).join('\n')).not.toContain(forTheView!.arguments.change)
  })

  test('host: the model has the call, as its client’s dialog shows it', async () => {
    const { preview } = await sit(sandbox().app, token(), { capabilities: VIEWS })
    const { call, forTheView } = await preview(change('As always'))
    expect([call?.tool, forTheView]).toEqual(['update_record', undefined])
  })

  test('where it can ask, too, it is asked at the write', async () => {
    const { preview, call, asked } = await sit(human, token(), { capabilities: VIEWS, answer: YES })
    const { call: ready, forTheView } = await preview(change('Both'))
    expect(forTheView).toBeUndefined()
    await call(ready!)
    expect([asked.length, written()]).toEqual([1, 1])
  })

  test('the view is named by preview_change, listed, and read at its address', async () => {
    const { client } = await sit(sandbox().app, token(), { capabilities: VIEWS })
    const { tools } = await client.listTools()
    const uris = tools.map(({ name, _meta }) => [
      name,
      (_meta?.['ui'] as { resourceUri?: string } | undefined)?.resourceUri,
    ])
    const drawn = uris.filter(([, uri]) => uri !== undefined)
    expect(drawn.map(([name]) => name).toSorted()).toEqual(['preview_change', 'show_answer', 'show_report'])
    const uri = String(new Map(drawn as [string, string][]).get('preview_change'))
    expect(uri).toMatch(/^ui:\/\/changes\/view-[0-9a-f]{12}\.html$/)
    expect((await client.listResources()).resources.map((one) => one.uri)).toContain(uri)
    for (const one of [uri, 'ui://changes/view.html', 'ui://changes/view-0123456789ab.html']) {
      const { contents } = await client.readResource({ uri: one })
      expect(contents).toEqual([
        expect.objectContaining({
          mimeType: 'text/html;profile=mcp-app',
          _meta: { ui: { csp: {}, prefersBorder: true } },
        }),
      ])
    }
    await expect(client.readResource({ uri: 'ui://changes/view-x.html' })).rejects.toMatchObject({ code: -32602 })
  })
})

describe('answers that are not the person’s', () => {
  const META = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } }
  const ACCEPT = { confirm: YES }

  /** One connection of a person, which says on the wire what it likes. */
  async function connection(upn: string) {
    const chatGpt = createChatGpt({ mcpUrl: sandbox().mcpUrl })
    await chatGpt.connect(upn, { scope: 'dynamics.read dynamics.write', tick: true })
    const raw = (name: string, args: object, more: object = {}) =>
      chatGpt.request('tools/call', { name, arguments: args, _meta: META, ...more })
    const ready = async (to: string) => previewIn(await raw('preview_change', change(to))).call!
    return { raw, ready }
  }

  test('states of another change, person, client and of nobody: refused, and a true one is good once more only for itself', async () => {
    const [priya, other, marcus] = [await connection(PRIYA), await connection(PRIYA), await connection(MARCUS)]
    const one = await priya.ready('One')
    const two = await priya.ready('Two')
    const stateOf = async ({ tool, arguments: args }: ReadyCall, by = priya) =>
      String((await by.raw(tool, args))['requestState'])
    const state = await stateOf(one)
    const foreign = [
      await stateOf(two),
      await stateOf(await other.ready('One'), other),
      await stateOf(await marcus.ready('One'), marcus),
      state.slice(0, -2),
      'v1.e30.AAAA',
    ]
    for (const requestState of foreign) {
      const result = await priya.raw(one.tool, one.arguments, { requestState, inputResponses: ACCEPT })
      expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'confirmation_needed' } } })
    }
    expect(await priya.raw(one.tool, one.arguments, { inputResponses: ACCEPT })).toMatchObject({
      resultType: 'input_required',
    })
    // Somebody else with the whole of it: their token opens nothing of hers.
    const whole = { requestState: state, inputResponses: ACCEPT }
    for (const by of [marcus, other])
      expect(await by.raw(one.tool, one.arguments, whole)).toMatchObject({ isError: true })
    expect(written()).toBe(0)
    expect(await priya.raw(one.tool, one.arguments, whole)).toMatchObject({ structuredContent: { done: true } })
    expect(await priya.raw(one.tool, one.arguments, whole)).toMatchObject({ structuredContent: { already: true } })
    expect(await subject()).toBe('One')
  })
})
