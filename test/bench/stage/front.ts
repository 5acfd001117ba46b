import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Front = { readonly url: string; readonly close: () => Promise<void> }
export type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A server on this machine that stands in front of another one; what it cannot answer it cuts off. */
export async function startFront(answer: Answering): Promise<Front> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
