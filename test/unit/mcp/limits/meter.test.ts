import { beforeEach, describe, expect, test } from '@jest/globals'
import { LimitReached } from '../../../../shared/mcp/limits/limit-reached.ts'
import { type Budgets, createMeter, type Meter } from '../../../../shared/mcp/limits/meter.ts'
import { createUsageCounts, type UsageCounts } from '../../../../shared/mcp/limits/usage.ts'
import { caller } from '../support/harness.ts'
import { type OwnTime, ownTime } from './support/own-time.ts'

const NONE: Budgets = { callsPerMinute: 0, callsPerMinuteAll: 0, rowsPerDay: 0, rowsPerDayAll: 0 }
const PRIYA = caller('priya')
const MARCUS = caller('marcus')

let time: OwnTime
let counts: UsageCounts
beforeEach(() => {
  time = ownTime(Date.UTC(2026, 5, 15, 18, 29, 37))
  counts = createUsageCounts(time.now)
})

const meterOf = (budgets: Partial<Budgets>): Meter =>
  createMeter({ counts, now: time.now, budgets: { ...NONE, ...budgets }, onCounted: () => undefined })

/** How the call is answered: `let in`, or the setting, the text and the next step. */
function begin(meter: Meter, who = PRIYA): string {
  try {
    meter.begin(who)
    return 'let in'
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error
    return [error.code, error.setting, error.message, error.nextStep].join(' | ')
  }
}

const times = (count: number, work: () => string): string[] => Array.from({ length: count }, work)

describe('a budget that is used up', () => {
  test.each([
    [
      { callsPerMinute: 3 },
      'limit_reached | CALLS_PER_MINUTE | This server answers one person 3 tool calls a minute, and they are used up (setting CALLS_PER_MINUTE). | Wait 23 seconds, then call again.',
    ],
    [
      { callsPerMinuteAll: 3 },
      'limit_reached | CALLS_PER_MINUTE_ALL | This server answers 3 tool calls a minute in all, and they are used up (setting CALLS_PER_MINUTE_ALL). | Wait 23 seconds, then call again.',
    ],
  ])('%j refuses the fourth call of a minute, and says when to go on', async (budgets, refusal) => {
    const meter = meterOf(budgets)
    expect(times(5, () => begin(meter))).toEqual(['let in', 'let in', 'let in', refusal, refusal])
    await time.pass(22_999)
    expect(begin(meter)).toContain('Wait 1 seconds')
    await time.pass(1)
    expect(begin(meter)).toBe('let in')
  })

  test.each([
    [{ rowsPerDay: 1_000 }, 'ROWS_PER_DAY', 'This server gives one person 1,000 rows a day'],
    [{ rowsPerDayAll: 1_000 }, 'ROWS_PER_DAY_ALL', 'This server gives 1,000 rows a day in all'],
  ])('%j refuses calls until midnight UTC', async (budgets, setting, sentence) => {
    const meter = meterOf(budgets)
    expect(begin(meter)).toBe('let in')
    meter.answered(PRIYA, 999)
    expect(begin(meter)).toBe('let in')
    meter.answered(PRIYA, 500)
    const refusal = begin(meter)
    expect(refusal).toContain(`${setting} | ${sentence}, and they are used up (setting ${setting}).`)
    expect(refusal).toContain('Try again after midnight UTC, in 5 h 31 min; an administrator can raise the setting.')
    await time.pass(5 * 3_600_000 + 30 * 60_000 + 23_000)
    expect(begin(meter)).toBe('let in')
  })

  test('is one person’s own, whatever their grants and clients', () => {
    const meter = meterOf({ callsPerMinute: 2 })
    const grants = times(4, () => begin(meter, { ...PRIYA, grantId: `${Math.random()}`, clientId: `${Math.random()}` }))
    expect(grants.filter((one) => one === 'let in')).toHaveLength(2)
    expect(begin(meter, MARCUS)).toBe('let in')
  })

  test('is everybody’s where the deployment’s is', () => {
    const meter = meterOf({ callsPerMinuteAll: 2 })
    expect([PRIYA, MARCUS, PRIYA].map((who) => begin(meter, who) === 'let in')).toEqual([true, true, false])
  })

  test('a refused call uses up nothing, so that whoever waits is let in', async () => {
    const meter = meterOf({ callsPerMinute: 1 })
    times(1_000, () => begin(meter))
    expect(counts.used('tenant|oid-priya').calls).toBe(1)
  })

  test('of zero there is none, and nothing is counted', () => {
    const meter = meterOf({})
    expect(new Set(times(500, () => begin(meter)))).toEqual(new Set(['let in']))
    meter.answered(PRIYA, 1_000_000)
    expect(counts.hasUnsent()).toBe(false)
  })
})

describe('the counts', () => {
  test('a clock that steps back by a few seconds gives no new budget', () => {
    const meter = meterOf({ callsPerMinute: 1, rowsPerDay: 10 })
    time.shift(24_000)
    expect(begin(meter)).toBe('let in')
    time.shift(-24_000)
    expect(begin(meter)).toContain('CALLS_PER_MINUTE')
  })

  test('a clock that was far ahead for a moment locks nobody out', () => {
    const meter = meterOf({ callsPerMinute: 1, rowsPerDay: 10 })
    time.shift(400 * 86_400_000)
    begin(meter)
    meter.answered(PRIYA, 100)
    expect(begin(meter)).toContain('ROWS_PER_DAY')
    time.shift(-400 * 86_400_000)
    expect(begin(meter)).toBe('let in')
  })

  test('are of ten thousand people at most; what is forgotten waits for nothing', () => {
    for (let person = 0; person < 25_000; person += 1) counts.add(`tenant|${person}`, { calls: 1 })
    expect(counts.due()).toHaveLength(10_000)
    expect(counts.used('tenant|24999').calls).toBe(1)
    expect(counts.used('tenant|0').calls).toBe(0)
  })

  test('what comes in while the table is asked is added the next time, and what others counted is learned', () => {
    const who = 'tenant|oid-priya'
    counts.add(who, { calls: 2, rows: 20 })
    const { more } = counts.unsent(who)
    counts.add(who, { calls: 1, rows: 5 })
    counts.sent(who, more, { ...more, calls: 52, rows: 1_020, etag: 'W/"1"' })
    expect(counts.used(who)).toMatchObject({ calls: 53, rows: 1_025 })
    expect(counts.unsent(who)).toMatchObject({ more: { calls: 1, rows: 5 }, known: { etag: 'W/"1"' } })
  })

  test('what could not be added is added later, as one sum', () => {
    const who = 'tenant|oid-priya'
    for (let tries = 0; tries < 100; tries += 1) {
      counts.add(who, { rows: 7 })
      const { more } = counts.unsent(who)
      counts.sent(who, more, undefined)
    }
    expect(counts.used(who).rows).toBe(700)
    expect(counts.unsent(who).more.rows).toBe(700)
  })

  test('nobody’s are due again within ten seconds, wherever the clock goes', async () => {
    const who = 'tenant|oid-priya'
    counts.add(who, { calls: 1 })
    expect(counts.due()).toEqual([who])
    const { more } = counts.unsent(who)
    counts.sent(who, more, { ...more, etag: 'W/"1"' })
    counts.add(who, { calls: 1 })
    await time.pass(9_999)
    expect(counts.due()).toEqual([])
    await time.pass(1)
    expect(counts.due()).toEqual([who])
    time.shift(-60_000)
    expect(counts.due()).toEqual([who])
  })
})
