import { describe, expect, test } from '@jest/globals'
import type { RecordedCall } from './recorded-call.ts'
import { endedEarly, explain, type GrantLedger } from './grant-ledger.ts'
import { percentile, Recovery } from './recovery.ts'
import { wrongRows } from './right-rows.ts'
import { report } from './table.ts'
import { type Loss, Tally } from './tally.ts'
import { untyped } from './typed-answer.ts'

const fine: RecordedCall = {
  method: 'POST',
  path: '/oauth/token',
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: '{"access_token":"a"}',
  ms: 20,
  fromStranger: false,
}
const PAGE = { path: '/oauth/authorize', contentType: 'text/html; charset=utf-8' }
const ID = '0f5e7779-74dc-49b9-88bb-62c311fef435'

describe('an answer is typed when a client can act on it', () => {
  test.each<[string, Partial<RecordedCall>]>([
    ['tokens', {}],
    ['an OAuth error', { status: 400, body: '{"error":"invalid_grant"}' }],
    ['a passing fault', { status: 503, body: '{"error":"temporarily_unavailable"}' }],
    ['a JSON-RPC error', { path: '/mcp', status: 400, body: '{"error":{"code":-32600,"message":"Invalid"}}' }],
    ['an event stream', { path: '/mcp', contentType: 'text/event-stream', body: 'data: {}\n\n' }],
    ['a challenge', { path: '/mcp', status: 401, body: '{"error":"invalid_token"}', challenge: 'Bearer realm="x"' }],
    ['an empty revocation', { path: '/oauth/revoke', contentType: '', body: '' }],
    ['an accepted notification', { path: '/mcp', status: 202, contentType: '', body: '' }],
    ['a redirect', { ...PAGE, status: 303, body: '' }],
    ['a page with a correlation id', { ...PAGE, status: 400, body: `<p>Correlation id <code>${ID}</code></p>` }],
  ])('%s', (_, change) => {
    expect(untyped({ ...fine, ...change })).toBeUndefined()
  })

  test.each<[string, Partial<RecordedCall>, RegExp]>([
    ['an empty 500', { status: 500, body: '', contentType: '' }, /empty 500/],
    ['an empty 400', { status: 400, body: '' }, /empty 400/],
    ['an error nobody foresaw', { status: 500, body: '{"error":"server_error"}' }, /foresaw/],
    ['a page for a token', { contentType: 'text/html', body: '<h1>Hi</h1>' }, /text\/html in place of JSON/],
    ['a page for an error', { status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' }, /in place of JSON/],
    ['broken JSON', { body: '{"access' }, /in place of JSON/],
    ['an error without its name', { status: 400, body: '{"message":"no"}' }, /without an error/],
    ['an empty name of an error', { status: 400, body: '{"error":""}' }, /without an error/],
    ['401 without a challenge', { path: '/mcp', status: 401, body: '{"error":"invalid_token"}' }, /challenge/],
    ['a hang', { ms: 60_001 }, /after 60 s/],
    ['a hang-up', { status: 0, body: '', contentType: '' }, /closed without an answer/],
    ['a page without an id', { ...PAGE, status: 503, body: '<h1>Sorry</h1>' }, /correlation id/],
    ['plain text for a page', { ...PAGE, status: 400, contentType: 'text/plain', body: 'no' }, /neither/],
  ])('%s is not', (_, change, reason) => {
    expect(untyped({ ...fine, ...change })).toMatch(reason)
  })
})

describe('rows are right when they are exactly those of the person', () => {
  const own = ['a-0', 'a-1']
  test('the same in any order', () => {
    expect(wrongRows('A', own, ['a-1', 'a-0'])).toBeUndefined()
  })
  test.each<[string, string[], RegExp]>([
    ['a row of another', ['a-0', 'a-1', 'b-0'], /was given b-0/],
    ['all rows of another', ['b-0', 'b-1'], /was given b-0, b-1/],
    ['one row too few', ['a-0'], /was not given a-1/],
    ['none', [], /was not given/],
    ['a row twice', ['a-0', 'a-1', 'a-1'], /twice/],
  ])('%s is wrong', (_, got, reason) => {
    expect(wrongRows('A', own, got)).toMatch(reason)
  })
})

describe('a refused grant was lost unless a rule explains it', () => {
  const honest: GrantLedger = { startedAt: 100, revoked: false }
  const nothing = { sessionsEndedAt: undefined }
  test.each<[string, Partial<GrantLedger>, number | undefined, string | undefined]>([
    ['nothing happened', {}, undefined, undefined],
    ['Entra ended a session before this sign-in', {}, 99, undefined],
    ['Entra ended this session', {}, 100, 'Entra ended the session'],
    ['Entra is just ending it', {}, Infinity, 'Entra ended the session'],
    ['it was disconnected', { revoked: true }, undefined, 'disconnected'],
  ])('%s', (_, change, sessionsEndedAt, rule) => {
    expect(explain({ ...honest, ...change }, { ...nothing, sessionsEndedAt })).toBe(rule)
  })
})

test.each([
  [0, 120, true],
  [49_000, 120, true],
  [51_000, 120, false],
  [120_000, 120, false],
  [0, 60, false],
])('an access token refused after %i ms of %i s: lost is %s', (ageMs, expiresIn, lost) => {
  expect(endedEarly(ageMs, expiresIn)).toBe(lost)
})

describe('recovery is over when everybody had a success after the fault', () => {
  test('the slowest decides, and whoever never comes back is named', () => {
    let at = 0
    const recovery = new Recovery(() => at, ['ann', 'bob'])
    recovery.success('bob')
    at = 10
    recovery.faultEnded('storage reset')
    recovery.success('ann')
    at = 25
    recovery.success('bob')
    recovery.faultEnded('entra down')
    recovery.success('bob')
    expect(recovery.done).toEqual([{ name: 'storage reset', ms: 15 }])
    expect(recovery.unrecovered()).toEqual([{ name: 'entra down', people: ['ann'] }])
  })

  test.each([
    [[], 0],
    [[7], 7],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 3],
  ])('the middle of %j is %d', (values, middle) => {
    expect(percentile(values, 0.5)).toBe(middle)
  })
})

describe('one loss of any kind fails a run', () => {
  const outcomeOf = (tally: Tally) => ({
    tally,
    seconds: 60,
    faults: 3,
    seed: 1,
    people: 2,
    instances: 3,
    lateMs: 20,
    usage: { cpuSeconds: 4, memory: { start: 1e8, most: 2e8, end: 1.5e8 } },
  })

  test('none: nothing was lost', () => {
    const tally = new Tally(() => 0, ['ann'])
    tally.record(fine)
    expect(tally.hasLoss).toBe(false)
    expect(report(outcomeOf(tally))).toMatch(/Nothing was lost/)
  })

  test.each<[Loss, (tally: Tally) => void]>([
    ['wrong rows', (tally) => tally.loss('wrong rows', 'Ann was given b-0')],
    ['lost grants', (tally) => tally.loss('lost grants', 'Ann: invalid_grant')],
    ['untyped errors', (tally) => tally.record({ ...fine, status: 500, body: '' })],
  ])('%s', (loss, commit) => {
    const tally = new Tally(() => 0, ['ann'])
    tally.record(fine)
    commit(tally)
    expect(tally.hasLoss).toBe(true)
    expect(tally.losses.get(loss)).toBe(1)
    const text = report(outcomeOf(tally))
    expect(text).toMatch(new RegExp(`${loss} +1`))
    expect(text).toMatch(/Something was lost/)
  })
})
