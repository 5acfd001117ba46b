import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { walkBrowser } from '../../../sandbox/chatgpt/browser.ts'
import { parseForms, parseLinks } from '../../../sandbox/chatgpt/html-form.ts'

const CALLBACK = 'https://chatgpt.com/connector_platform_oauth_redirect'
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  servers.push(server)
  await new Promise((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}

/** Sets one cookie, leaves for another site, comes back to `/back` by the method that `post` says; what then arrives? */
async function cookieAfterRoundTrip(cookie: string, post: boolean): Promise<string | undefined> {
  let arrived: string | undefined
  const app = await serve((request, response) => {
    if (request.url === '/start') {
      response.writeHead(303, { 'set-cookie': cookie, location: `http://localhost:${away}/` }).end()
    } else {
      arrived = request.headers.cookie
      response.writeHead(303, { location: `${CALLBACK}?code=1` }).end()
    }
  })
  const away: number = await serve((_, response) => {
    const method = post ? 'post' : 'get'
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<form method="${method}" action="http://127.0.0.1:${app}/back"><button>Go</button></form>`)
  })
  await walkBrowser(`http://127.0.0.1:${app}/start`, 'a@b.example', { redirectUri: CALLBACK })
  return arrived
}

describe('the browser', () => {
  test.each([
    ['Lax cookies come back with a GET from another site', 'a=1; SameSite=Lax', false, 'a=1'],
    ['Lax cookies do not come back with a POST', 'a=1; SameSite=Lax', true, undefined],
    ['Strict cookies do not come back at all', 'a=1; SameSite=Strict', false, undefined],
    ['__Host- cookies work on loopback', '__Host-a=1; Path=/; Secure; SameSite=Lax', false, '__Host-a=1'],
    ['__Host- without Secure is refused', '__Host-a=1; Path=/; SameSite=Lax', false, undefined],
    ['__Host- with another path is refused', '__Host-a=1; Path=/back; Secure', false, undefined],
  ])('%s', async (_, cookie, post, expected) => {
    expect(await cookieAfterRoundTrip(cookie, post)).toBe(expected)
  })

  test('stops at an error page, whatever forms it has', async () => {
    const port = await serve((_, response) => response.writeHead(400).end('<form><button>Continue</button></form>'))
    const arrival = await walkBrowser(`http://127.0.0.1:${port}/`, 'a@b.example', { redirectUri: CALLBACK })
    expect(arrival).toMatchObject({ kind: 'page', status: 400 })
  })

  test.each(['https://app.test/cb', 'https://app.example/cb', 'https://a.b.co.uk/cb', 'https://localhost/cb'])(
    'may come from a client at %s',
    async (redirectUri) => {
      const port = await serve((_, response) => response.writeHead(302, { location: `${redirectUri}?code=1` }).end())
      const arrival = await walkBrowser(`http://127.0.0.1:${port}/`, 'a@b.example', { redirectUri })
      expect(arrival).toMatchObject({ kind: 'callback', url: new URL(`${redirectUri}?code=1`) })
    },
  )

  test('gives up on a circle', async () => {
    const port = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
    const walking = walkBrowser(`http://127.0.0.1:${port}/`, 'a@b.example', { redirectUri: CALLBACK })
    await expect(walking).rejects.toThrow('did not end')
  })
})

describe('the page reader', () => {
  test('reads a form', () => {
    const html = `<FORM METHOD='Post' action="/a?b=1&amp;c=2"><input type=hidden name=t value="&#x3c;&quot;&#39;">
      <input name='empty'><input type="checkbox" name="b" value="1"><input type=checkbox checked name=c><input type="submit" name="go" value="Go on">
      <button type="submit" name="cancel" value="1"><b>Cancel</b> &amp; leave</button></FORM>`
    expect(parseForms(html, 'http://h/x')).toEqual([
      {
        method: 'POST',
        action: 'http://h/a?b=1&c=2',
        fields: [
          ['t', `<"'`],
          ['empty', ''],
        ],
        boxes: [
          { name: 'b', value: '1', isTicked: false },
          { name: 'c', value: 'on', isTicked: true },
        ],
        buttons: [
          { name: 'cancel', value: '1', label: 'Cancel & leave' },
          { name: 'go', value: 'Go on', label: 'Go on' },
        ],
      },
    ])
  })

  test('reads links', () => {
    expect(parseLinks('<a class=x href="/b?c=1&amp;d=2">b</a> <a>none</a>', 'http://h/x')).toEqual([
      'http://h/b?c=1&d=2',
    ])
  })
})
