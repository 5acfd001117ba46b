import { describe, expect, test } from '@jest/globals'
import { connectionsContent, type ConnectionsPage } from '../../../../shared/oauth/me/connections-page.ts'
import { lastUse, moment } from '../../../../shared/oauth/me/times.ts'

const NOW = Date.UTC(2026, 10, 29, 23, 30)
const HOUR = 3_600_000

test.each([
  [0, 'Within the last hour'],
  [HOUR - 1, 'Within the last hour'],
  [HOUR, '<time datetime="2026-11-29T22:30:00.000Z">29 November 2026, 22:30 UTC</time>, or in the hour after that'],
  [
    30 * 24 * HOUR,
    '<time datetime="2026-10-30T23:30:00.000Z">30 October 2026, 23:30 UTC</time>, or in the hour after that',
  ],
])('a use %d ms ago is said to its hour', (ago, words) => expect(lastUse(NOW - ago, NOW).text).toBe(words))

test('a moment is in UTC, with 24 hours, wherever the server stands', () => {
  expect(moment(Date.UTC(2026, 0, 1, 0, 5)).text).toContain('>1 January 2026, 00:05 UTC<')
})

const connection = (redirectUri: string, at = 0, scope = 'dynamics.read') => ({
  redirectUri,
  scope,
  grantId: `grant-${at}`,
  clientId: 'c',
  clientName: 'App',
  createdAt: NOW,
  lastUsedAt: NOW,
  expiresAt: NOW,
})
const page = (shown: ConnectionsPage['shown'], more: Partial<ConnectionsPage> = {}) =>
  connectionsContent({
    shown,
    count: shown.length,
    brand: 'CRM',
    username: undefined,
    notice: undefined,
    writes: false,
    proof: 'p',
    signOutUrl: 'https://login.example/logout',
    now: NOW,
    ...more,
  }).text

describe('the page', () => {
  test.each([
    ['https://chatgpt.com/cb', 'chatgpt.com'],
    ['https://xn--80ak6aa92e.com/cb', 'xn--80ak6aa92e.com'],
    ['http://127.0.0.1:43117/cb', 'A program on the computer where you connected it'],
    ['http://localhost/cb', 'A program on the computer where you connected it'],
    ['cursor://chatgpt.com/cb', 'An app for cursor: links, on the device where you connected it'],
  ])('names who got access by %s: %s', (redirectUri, name) => {
    expect(page([connection(redirectUri)])).toContain(`id="connection-1">${name}</h2>`)
  })

  test.each([
    [0, 'No app can read CRM as you.', false, false],
    [1, 'This app can read CRM as you.', false, false],
    [2, 'These apps can read CRM as you.', true, false],
    [500, 'These are the newest 50 of your 500 connections.', true, true],
  ])('of %d connections', (count, words, endsAll, isCut) => {
    const shown = Array.from({ length: Math.min(count, 50) }, (_, at) => connection('https://chatgpt.com/cb', at))
    const text = page(shown, { count })
    expect(text).toContain(words)
    expect([text.includes('value="end-all"'), text.includes('the newest')]).toEqual([endsAll, isCut])
    expect(text.match(/value="end"/g)?.length ?? 0).toBe(shown.length)
  })

  test.each([
    [false, 'dynamics.read', undefined],
    [false, 'dynamics.read dynamics.write', undefined],
    [true, 'dynamics.read offline_access', 'Read'],
    [true, 'dynamics.read dynamics.write', 'Read, and create and change records, as far as you may yourself'],
    [true, 'dynamics.read dynamics.writes', 'Read'],
  ])('where writing is on: %s, tells of a connection for %s that it may %s', (writes, scope, may) => {
    const text = page([connection('https://chatgpt.com/cb', 0, scope)], { writes })
    expect(/What it may do<\/dt>\s*<dd>(.*?)<\/dd>/s.exec(text)?.[1]).toBe(may)
    expect(text.includes('read and change nothing more')).toBe(writes)
  })

  test('writes names, proofs and addresses as text', () => {
    const mean = '"><script>'
    const text = page([{ ...connection('https://chatgpt.com/cb'), clientName: mean, grantId: mean }], {
      username: mean,
      brand: mean,
      proof: mean,
      signOutUrl: mean,
    })
    expect(text).not.toContain('<script')
  })
})
