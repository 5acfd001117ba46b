import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { createPlant } from './plant.ts'

const PAIR = { access_token: 'dma_access', refresh_token: 'dmr_refresh', expires_in: 120 }
const REFRESH = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'old', client_id: 'c' }).toString()

test('“lost-grants” ends the grant of every fourth refresh, and not just an access token of it', async () => {
  const revoked: Record<string, string>[] = []
  const server = createServer((request, response) => {
    void buffer(request)
      .then((body) => {
        revoked.push(Object.fromEntries(new URLSearchParams(body.toString())))
        response.end()
      })
      .catch(() => request.socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const plant = createPlant('lost-grants')
  const incoming = { url: '/oauth/token', headers: { host } }
  for (let times = 0; times < 8; times++)
    await plant(incoming, Buffer.from(REFRESH), { status: 200, headers: {}, body: Buffer.from(JSON.stringify(PAIR)) })
  server.close()
  expect(revoked).toEqual([
    { token: PAIR.refresh_token, client_id: 'c' },
    { token: PAIR.refresh_token, client_id: 'c' },
  ])
})
