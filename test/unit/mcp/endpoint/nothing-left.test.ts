import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createFairLine } from '../../../../shared/mcp/limits/fair-line.ts'
import { later, turnsOf } from '../../dataverse/support/turns.ts'
import { startCountingTimers } from '../../telemetry/live-timers.ts'
import { callTool, createHarness, send } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const CALLS = 500
/** Those of Node's own HTTP, of the stand-in and of caches, however many calls there are. */
const FEW = 20

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = () => ({ body: { value: [{ name: 'a' }] } })
})
afterAll(() => upstream.stop())

test('calls that were answered leave no timer behind: each would keep its request until its deadline', async () => {
  const line = createFairLine({ now: () => Date.now(), later, afterArrivals: (work) => void setImmediate(work) })
  const harness = createHarness(upstream.url, { toolDeadlineMs: 600_000 }, turnsOf(), { line })
  const once = async (at: number): Promise<unknown> => {
    if (at % 5 === 0) return send(harness, { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })
    return callTool(harness, 'query_crm', { entity: 'account', select: ['name'] }, at % 2 ? 'priya' : 'marcus')
  }
  await once(1)
  const timers = startCountingTimers()
  for (let at = 0; at < CALLS; at += 4) await Promise.all([0, 1, 2, 3].map((beside) => once(at + beside)))
  expect(await timers.stop()).toBeLessThan(FEW)
}, 60_000)
