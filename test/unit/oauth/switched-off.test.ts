import { describe, expect, test } from '@jest/globals'
import { switchesOf } from '../../../shared/grants/switches/current-switches.ts'
import { createPages } from '../../../shared/http/pages/page.ts'
import { offJson, offPage, whileOn } from '../../../shared/oauth/errors/switched-off.ts'
import { StorageUnavailable } from '../../../shared/storage/ports.ts'
import { incoming } from '../http/incoming.ts'

const page = createPages({ name: 'Harbour & Pine', color: '#0B5CAD' })
const ON = { status: 200, body: 'on' }

function stage(message?: string, kind = 'everything') {
  const row = { kind, row: kind, ...(message !== undefined && { message }) }
  const switches = switchesOf([row], (id) => id)
  let reached = 0
  const current = { read: async () => switches, fresh: async () => switches }
  const endpoint = async () => {
    reached += 1
    return ON
  }
  return { switches: current, endpoint, reached: () => reached }
}

describe('while everything is off', () => {
  test.each([
    ['markup', '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['a quote that ends an attribute', `" onclick='x' <b>`, '&quot; onclick=&#39;x&#39; &lt;b&gt;'],
    ['an entity', '&lt;', '&amp;lt;'],
    ['a text that turns round', 'a\u202eb\u2066c', 'abc'],
    ['an address', 'Sign in at https://evil.example', 'Sign in at https://evil.example'],
  ])('a person sees the administrator’s message as a text: %s', async (_, message, shown) => {
    const { switches, endpoint, reached } = stage(message)
    const { status, headers = {}, body = '' } = await whileOn(switches, offPage(page), endpoint)(incoming())
    expect([status, reached()]).toEqual([503, 0])
    expect(headers).toMatchObject({ 'retry-after': '300', 'cache-control': 'no-store', 'x-frame-options': 'DENY' })
    expect(body).toContain(`<h2>Message of the administrator</h2>\n            <p><bdi>${shown}</bdi></p>`)
    expect(body).not.toMatch(/<script|<b>|<a |onclick="/)
  })

  test('a page without a message has no room for one', async () => {
    const { switches, endpoint } = stage()
    const { body } = await whileOn(switches, offPage(page), endpoint)(incoming())
    expect(body).toContain('<h1>This server is switched off</h1>')
    expect(body).not.toMatch(/Message of|undefined/)
  })

  test('a client gets an error in the characters of RFC 6749, and nothing of the message', async () => {
    const { switches, endpoint, reached } = stage('Back “soon”')
    const { status, headers, body } = await whileOn(switches, offJson, endpoint)(incoming({ method: 'POST' }))
    expect([status, headers?.['retry-after'], reached()]).toEqual([503, '300', 0])
    const said = JSON.parse(body ?? '') as { error: string; error_description: string }
    expect(said).toMatchObject({ error: 'temporarily_unavailable' })
    expect(said.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(body).not.toContain('soon')
  })

  test('strangers who come meanwhile fill no log', async () => {
    const { switches, endpoint } = stage()
    const told: unknown[] = []
    await whileOn(switches, offPage(page), endpoint)(incoming({ audit: (event) => told.push(event) }))
    expect(told).toEqual([])
  })
})

test.each(['registration', 'tool', 'constructor'])('while %s alone is off, all others go on', async (kind) => {
  const { switches, endpoint } = stage(undefined, kind)
  expect(await whileOn(switches, offJson, endpoint)(incoming())).toEqual(ON)
})

test('while nobody knows what is off, nothing is let through', async () => {
  const { endpoint, reached } = stage()
  const away = () => Promise.reject(new StorageUnavailable('away'))
  await expect(whileOn({ read: away, fresh: away }, offJson, endpoint)(incoming())).rejects.toThrow(StorageUnavailable)
  expect(reached()).toBe(0)
})
