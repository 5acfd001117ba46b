import { describe, expect, test } from '@jest/globals'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { createNoise } from '../../../shared/telemetry/noise.ts'

function stage() {
  let time = 0
  const timers: { readonly at: number; readonly work: () => void }[] = []
  const counted: AuditEvent[] = []
  const noise = createNoise({
    now: () => time,
    later: (ms, work) => void timers.push({ at: time + ms, work }),
    onCounted: (event) => counted.push(event),
  })
  const turnTo = (until: number) => {
    time = until
    for (const timer of timers.splice(0)) {
      if (timer.at <= time) timer.work()
      else timers.push(timer)
    }
  }
  const written = (event: AuditEvent, times: number) =>
    Array.from({ length: times }, () => noise.isWritten(event)).filter(Boolean).length
  return { counted, turnTo, written, endAll: noise.endAll }
}

const BAD_BEARER: AuditEvent = { name: 'mcp.refused', code: 'invalid_token', status: 401 }

describe('refusals of strangers', () => {
  test('the first are written at once, the rest is a number a minute', () => {
    const { counted, turnTo, written } = stage()
    expect(written(BAD_BEARER, 1)).toBe(1)
    expect(written(BAD_BEARER, 1_000)).toBe(19)
    expect(counted).toEqual([])
    turnTo(60_000)
    expect(counted).toEqual([{ name: 'noise.counted', kind: 'mcp.refused', code: 'invalid_token', count: 981 }])
    expect(written(BAD_BEARER, 1)).toBe(1)
    turnTo(120_000)
    expect(counted).toHaveLength(1)
  })

  test.each<AuditEvent>([
    { name: 'consent.approved', clientId: 'c' },
    { name: 'consent.denied', clientId: 'c' },
    { name: 'request.failed', step: '/oauth/token', status: 500 },
  ])('$name, which they cause without being anybody, is one of them', (event) => {
    expect(stage().written(event, 1_000)).toBe(20)
  })

  test('of each kind for itself', () => {
    const { counted, turnTo, written } = stage()
    expect(written(BAD_BEARER, 500)).toBe(20)
    expect(written({ name: 'client.refused', code: 'invalid_redirect_uri' }, 500)).toBe(20)
    expect(written({ name: 'request.refused', step: '/oauth/token', code: 'a' }, 21)).toBe(20)
    expect(written({ name: 'request.refused', step: '/oauth/token', code: 'b' }, 3)).toBe(3)
    turnTo(61_000)
    expect(counted.map(({ kind, step, count }) => [kind, step, count])).toEqual([
      ['mcp.refused', undefined, 480],
      ['client.refused', undefined, 480],
      ['request.refused', '/oauth/token', 1],
    ])
  })

  test('of more kinds than there is room for are written and counted under their name', () => {
    const { counted, turnTo, written } = stage()
    for (let at = 0; at < 500; at += 1) expect(written({ name: 'request.refused', code: `made-up-${at}` }, 1)).toBe(1)
    expect(written({ name: 'client.refused', code: 'a' }, 15)).toBe(15)
    expect(written({ name: 'client.refused', code: 'b' }, 15)).toBe(5)
    expect(written({ name: 'request.refused', code: 'made-up-7' }, 5)).toBe(5)
    turnTo(60_000)
    expect(counted).toEqual([{ name: 'noise.counted', kind: 'client.refused', count: 10 }])
  })

  test('of faults are those of one cause', () => {
    const { written } = stage()
    const fault = (reason: string): AuditEvent => ({
      name: 'request.failed',
      step: '/oauth/token',
      status: 503,
      reason,
    })
    expect([written(fault('AADSTS7000215'), 30), written(fault('AADSTS50196'), 3)]).toEqual([20, 3])
  })

  test('are told at the end of a worker, once', () => {
    const { counted, turnTo, written, endAll } = stage()
    written(BAD_BEARER, 30)
    endAll()
    turnTo(60_000)
    expect(counted.map(({ count }) => count)).toEqual([10])
  })

  test.each<AuditEvent>([
    { name: 'tool.called' },
    { name: 'token.issued', grantId: 'g' },
    { name: 'token.refused', grantId: 'g' },
    { name: 'refresh.reused', grantId: 'g' },
    { name: 'signin.failed' },
    { name: 'manage.refused', userId: 'u' },
    { name: 'request.failed', status: 500, userId: 'u' },
  ])('never silence $name of somebody known', (event) => {
    expect(stage().written(event, 1_000)).toBe(1_000)
  })
})
