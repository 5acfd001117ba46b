import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { listen, type Loopback } from '../../../../infra/doctor/sign-in/loopback.ts'

let loopback: Loopback
beforeEach(async () => {
  loopback = await listen()
})
afterEach(() => loopback.close())

/** The status line that a raw request gets; `{host}` stands for the listener's own. */
async function send(target: string, host = '{host}', method = 'GET'): Promise<string> {
  const own = new URL(loopback.redirectUri)
  const socket = connect(Number(own.port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${host.replace('{host}', own.host)}\r\n\r\n`)
  return (await text(socket)).split('\r\n')[0] ?? ''
}

describe('whoever knocks at the doctor’s own address', () => {
  test.each([
    ['an address that is no URL', '//', '{host}', 'GET', '404'],
    ['another', '///x', '{host}', 'GET', '404'],
    ['a third', 'http://[', '{host}', 'GET', '404'],
    ['a whole address', 'http://127.0.0.1/doctor/callback?state=S&code=c', '{host}', 'GET', '404'],
    ['backslashes', '/\\\\', '{host}', 'GET', '404'],
    ['escapes of the path', '/doctor%2Fcallback?state=S&code=c', '{host}', 'GET', '404'],
    ['a broken escape', '/doctor/callback?state=%E0%A4&code=%', '{host}', 'GET', '400'],
    ['another host: DNS rebinding', '/doctor/callback?state=S&code=c', 'evil.example', 'GET', '404'],
    ['another method', '/doctor/callback?state=S&code=c', '{host}', 'POST', '404'],
    ['another state', '/doctor/callback?state=T&code=c', '{host}', 'GET', '400'],
    ['no state', '/doctor/callback', '{host}', 'GET', '400'],
    ['a state behind a second question mark', '/doctor/callback?x?state=S', '{host}', 'GET', '400'],
  ])('%s: refused, and the doctor goes on', async (_, target, host, method, status) => {
    const answer = loopback.wait('S', 5_000)
    expect(await send(target, host, method)).toContain(` ${status} `)
    expect(await send('/doctor/callback?state=S&code=right')).toContain(' 200 ')
    expect((await answer)?.get('code')).toBe('right')
  })

  test('an answer counts once', async () => {
    const answer = loopback.wait('S', 5_000)
    expect(await send('/doctor/callback?state=S&code=first')).toContain(' 200 ')
    expect(await send('/doctor/callback?state=S&code=second')).toContain(' 400 ')
    expect((await answer)?.get('code')).toBe('first')
  })
})
