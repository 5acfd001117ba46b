import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { turnsOf } from '../../dataverse/support/turns.ts'
import { callTool, caller, createHarness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())

test('many calls of one person at once take turns, and leave nothing behind', async () => {
  let under = 0
  let most = 0
  upstream.answer = () => {
    under += 1
    most = Math.max(most, under)
    setTimeout(() => (under -= 1), 30)
    return { delayMs: 30, body: { value: [] } }
  }
  const turns = turnsOf(2)
  const taken = new Set<string>()
  const harness = createHarness(
    upstream.url,
    {},
    {
      take: async (id, signal) => {
        taken.add(id)
        return await turns.take(id, signal)
      },
      note: turns.note,
      size: turns.size,
    },
  )
  const args = { entity: 'account', select: ['name'] }
  const answers = await Promise.all(Array.from({ length: 6 }, () => callTool(harness, 'query_crm', args)))
  expect(answers.map(({ isError }) => isError ?? false)).toEqual(Array.from({ length: 6 }, () => false))
  expect(most).toBe(2)
  expect([...taken]).toEqual([caller('priya').systemUserId])
  expect(turns.size()).toBe(0)
})
