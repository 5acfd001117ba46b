import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { nextStepFor } from '../../../../shared/dataverse/advice/next-step.ts'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { paceOf } from '../../../../shared/dataverse/web-api/service-protection/pace.ts'
import { remainingOf } from '../../../../shared/dataverse/web-api/service-protection/remaining.ts'
import { createTurns, type Turns } from '../../../../shared/dataverse/web-api/service-protection/turns.ts'
import { type OwnTime, ownTime } from '../../mcp/limits/support/own-time.ts'
import { startUpstream, type Upstream } from '../../mcp/support/upstream.ts'
import { clientOf } from '../support/wire.ts'

const REQUESTS = 'x-ms-ratelimit-burst-remaining-xrm-requests'
const SECONDS = 'x-ms-ratelimit-time-remaining-xrm-requests'
const remaining = (requests: number | undefined, seconds: number | undefined) => ({ requests, seconds })

describe('what an answer says of the budget', () => {
  test.each([
    [{ [REQUESTS]: '7999', [SECONDS]: '1,200.00' }, remaining(7_999, 1_200)],
    [{ [REQUESTS]: '0' }, remaining(0, undefined)],
    [{ [SECONDS]: '9.5' }, remaining(undefined, 9.5)],
    [{}, undefined],
    [{ [REQUESTS]: '', [SECONDS]: ' ' }, undefined],
    [{ [REQUESTS]: 'many', [SECONDS]: '1e999' }, undefined],
    [{ [REQUESTS]: '1'.repeat(10_000) }, undefined],
  ])('%j', (headers, expected) => {
    expect(remainingOf(new Headers(headers as Record<string, string>))).toEqual(expected)
  })

  test.each([
    [remaining(6_000, 1_200), 8, 0],
    [remaining(500, 100), 8, 0],
    [remaining(499, 1_200), 2, 0],
    [remaining(6_000, 99), 2, 0],
    [remaining(49, 1_200), 1, 6_000],
    [remaining(undefined, 9), 1, 6_000],
    [remaining(undefined, undefined), 8, 0],
  ])('%j is answered by a pace of %i at once and one in %i ms', (left, most, gapMs) => {
    expect(paceOf(left)).toEqual({ most, gapMs })
  })
})

describe('turns of somebody whose budget runs low', () => {
  let time: OwnTime
  let turns: Turns
  let under: number
  let most: number
  beforeEach(() => {
    time = ownTime()
    turns = createTurns(time)
    under = 0
    most = 0
  })
  const never = new AbortController().signal
  const request = async (who: string, ms = 100, deadline?: number): Promise<number> => {
    const done = await turns.take(who, never, deadline)
    under += 1
    most = Math.max(most, under)
    const started = time.now()
    await new Promise<void>((resolve) => time.later(ms, resolve))
    under -= 1
    done()
    return started
  }

  test('fewer run at once, and others’ as many as ever', async () => {
    turns.note('priya', remaining(300, 1_000))
    const all = Array.from({ length: 10 }, () => request('priya'))
    await time.pass(1_000)
    await Promise.all(all)
    expect(most).toBe(2)
    most = 0
    const others = Array.from({ length: 10 }, () => request('marcus'))
    await time.pass(1_000)
    await Promise.all(others)
    expect(most).toBe(8)
    expect(turns.size()).toBe(0)
  })

  test('near its end they follow each other slowly, so that fifty last for the window', async () => {
    turns.note('priya', remaining(20, 1_000))
    const all = Array.from({ length: 4 }, () => request('priya'))
    await time.pass(60_000)
    const starts = await Promise.all(all)
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0))
    expect(gaps.every((gap) => gap >= 6_000)).toBe(true)
    expect(turns.size()).toBe(0)
  })

  test('news of a full budget, as of another web server, ends that at once', async () => {
    turns.note('priya', remaining(20, 1_000))
    const all = Array.from({ length: 8 }, () => request('priya'))
    await time.pass(10)
    turns.note('priya', remaining(5_900, 1_000))
    await time.pass(200)
    await Promise.all(all)
    expect(most).toBe(8)
  })

  test('a wait that is over before its time gives no more places when its time comes', async () => {
    turns.note('priya', remaining(20, 1_000))
    const first = request('priya')
    await time.pass(10)
    turns.note('priya', remaining(5_900, 1_000))
    await time.pass(5_000)
    const next = request('priya', 5_000)
    await time.pass(1_000)
    const all = Array.from({ length: 8 }, () => request('priya'))
    await time.pass(10_000)
    await Promise.all([first, next, ...all])
    expect(most).toBe(8)
  })

  test('what was said a minute ago holds nobody back', async () => {
    turns.note('priya', remaining(20, 1_000))
    await time.pass(60_001)
    const started = request('priya')
    await time.pass(200)
    expect(await started).toBeLessThanOrEqual(time.now() - 100)
  })

  test('a call whose turn does not come before its deadline is told how long to wait', async () => {
    turns.note('priya', remaining(20, 1_000))
    const waiting = Array.from({ length: 3 }, () => request('priya'))
    const refused = await request('priya', 100, time.now() + 20_000).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(DataverseError)
    expect(refused instanceof DataverseError && [refused.kind, refused.code, nextStepFor(refused)]).toEqual([
      'throttled',
      'budget_low',
      'Wait 24 seconds, then call again.',
    ])
    await time.pass(60_000)
    await Promise.all(waiting)
    expect(turns.size()).toBe(0)
  })
})

describe('the client', () => {
  let upstream: Upstream
  beforeAll(async () => {
    upstream = await startUpstream()
  })
  afterAll(() => upstream.stop())

  test('hands on what each answer says, refusals too', async () => {
    const said: unknown[] = []
    const client = clientOf(upstream.url, { onRemaining: (left) => said.push(left) })
    for (const status of [200, 403]) {
      const headers = { [REQUESTS]: String(status), [SECONDS]: '1,199.95' }
      upstream.answer = () => ({ status, headers, body: { value: [] } })
      await client.get('accounts', z.unknown()).catch(() => undefined)
    }
    expect(said).toEqual([remaining(200, 1_199.95), remaining(403, 1_199.95)])
  })
})
