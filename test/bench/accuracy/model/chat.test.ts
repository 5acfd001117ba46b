import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, describe, expect, test } from '@jest/globals'

import { ChatError, createChat, type Message } from './chat.ts'
import { refusalOf, type Script, startFakeOpenAi } from './fake-openai.ts'
import { type FunctionTool, functionTools } from './tools.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function open(script: Script = () => ({ text: 'Answer: 1' }), key?: string) {
  const fake = await startFakeOpenAi({ script, ...(key !== undefined && { key }) })
  closers.push(fake.close)
  const chat = (apiKey?: string, timeoutMs = 5_000, retries = 2) =>
    createChat({ url: fake.url, model: 'm', timeoutMs, retries, ...(apiKey !== undefined && { apiKey }) })
  return { fake, chat }
}

const HELLO: readonly Message[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'How many?' },
]
const TOOL: FunctionTool = {
  type: 'function',
  function: { name: 'count', parameters: { type: 'object', properties: { of: { type: 'string' } } } },
}
const withParameters = (parameters: Record<string, unknown>, name = 'count') => ({
  ...TOOL,
  function: { name, parameters },
})
const call = (id: string) => ({ id, type: 'function', function: { name: 'count', arguments: '{}' } })

describe('what the API refuses, the fake refuses', () => {
  const body = (messages: unknown, tools: unknown = [TOOL]) => ({ model: 'm', messages, tools })
  const asks = [...HELLO, { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] }]
  const told = (id: string) => ({ role: 'tool', tool_call_id: id, content: '3' })

  test.each<[string, unknown, RegExp]>([
    ['a name with a dot', body(HELLO, [withParameters({ type: 'object', properties: {} }, 'a.b')]), /pattern/],
    ['a name of 65', body(HELLO, [withParameters({ type: 'object', properties: {} }, 'a'.repeat(65))]), /pattern/],
    ['no type', body(HELLO, [withParameters({ properties: {} })]), /"object"/],
    ['another type', body(HELLO, [withParameters({ type: 'array', items: {} })]), /"object"/],
    ['no properties', body(HELLO, [withParameters({ type: 'object' })]), /missing properties/],
    ['anyOf on top', body(HELLO, [withParameters({ type: 'object', properties: {}, anyOf: [] })]), /top level/],
    [
      'an array of nothing',
      body(HELLO, [withParameters({ type: 'object', properties: { a: { anyOf: [{ type: 'array' }] } } })]),
      /missing items/,
    ],
    ['a tool twice', body(HELLO, [TOOL, TOOL]), /unique/],
    ['a call without an answer', body([...asks, told('a')]), /b had none/],
    ['a call before another word', body([...asks, told('a'), HELLO[1]]), /b had none/],
    ['an answer to no call', body([...HELLO, told('a')]), /must be a response/],
    ['an answer twice', body([...asks, told('a'), told('b'), told('b')]), /must be a response/],
    ['a role that is none', body([{ role: 'oracle', content: '' }]), /role/],
    ['no message', body([]), /messages/],
    ['no model', { messages: HELLO, tools: [] }, /model/],
  ])('%s', (_what, request, reason) => expect(refusalOf(request)).toMatch(reason))

  test('and takes what the API takes', () => {
    expect(refusalOf(body([...asks, told('b'), told('a'), ...HELLO]))).toBeUndefined()
  })
})

test('a tool without arguments becomes a function with none', () => {
  const tools = functionTools([
    { name: 'whoami', inputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' } },
  ])
  expect(tools[0]?.function.parameters).toEqual({ type: 'object', properties: {} })
  expect(refusalOf({ model: 'm', messages: HELLO, tools })).toBeUndefined()
})

describe('the client', () => {
  test('gives words and calls, and sends the key', async () => {
    const { fake, chat } = await open(() => ({ text: 'One moment.', calls: [{ name: 'count', arguments: '{}' }] }), 'k')
    expect(await chat('k')(HELLO, [TOOL])).toEqual({ text: 'One moment.', toolCalls: [call('call_2_0')] })
    expect(fake.requests).toEqual([
      { headers: expect.objectContaining({ authorization: 'Bearer k' }), refusal: undefined },
    ])
  })

  test.each([429, 500, 503])('tries again after %i', async (status) => {
    const { fake, chat } = await open()
    fake.trouble({ status, headers: { 'retry-after': '0' } })
    fake.trouble({ status, headers: { 'retry-after': '0' } })
    expect(await chat()(HELLO, [TOOL])).toMatchObject({ text: 'Answer: 1' })
  })

  test('gives up after its retries', async () => {
    const { fake, chat } = await open()
    for (let time = 0; time < 3; time++) fake.trouble({ status: 429, headers: { 'retry-after': '0' } })
    await expect(chat()(HELLO, [TOOL])).rejects.toMatchObject({ status: 429, message: 'Try again.' })
  })

  test.each<[string, string | undefined, readonly Message[], number, RegExp]>([
    ['a wrong key', 'x', HELLO, 401, /Incorrect API key/],
    ['no key', undefined, HELLO, 401, /Incorrect API key/],
    ['messages in disorder', 'k', [...HELLO, { role: 'tool', tool_call_id: 'a', content: '' }], 400, /response to/],
  ])('never repeats %s', async (_what, key, messages, status, message) => {
    const { fake, chat } = await open(undefined, 'k')
    const failure = await chat(key)(messages, [TOOL]).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ChatError)
    expect(failure).toMatchObject({ status, message: expect.stringMatching(message) })
    expect(fake.requests.length).toBeLessThanOrEqual(1)
  })

  test('waits no longer than it was told', async () => {
    const silent = createServer(() => undefined)
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    closers.push(async () => {
      silent.closeAllConnections()
      await new Promise((resolve) => silent.close(resolve))
    })
    const { port } = silent.address() as AddressInfo
    const chat = createChat({ url: `http://127.0.0.1:${port}/v1`, model: 'm', timeoutMs: 200, retries: 0 })
    await expect(chat(HELLO, [TOOL])).rejects.toMatchObject({ status: 0, message: expect.stringMatching(/timeout/i) })
  })

  test('says that nobody is there', async () => {
    const chat = createChat({ url: 'http://127.0.0.1:9/v1', model: 'm', timeoutMs: 500, retries: 0 })
    await expect(chat(HELLO, [TOOL])).rejects.toMatchObject({ status: 0, message: expect.stringMatching(/\S/) })
  })
})
