import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Network } from '../../../../../shared/oauth/clients/documents/guarded-fetch.ts'
import { selfSignedCertificate } from '../../../../sandbox/self-signed-certificate.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

export type DocumentServer = {
  /** What the host says from now on. */
  answer: Answer
  readonly requests: { readonly url: string; readonly headers: IncomingMessage['headers'] }[]
  /** Makes every name lead here, and here count as public. */
  readonly network: Network
  readonly close: () => Promise<void>
}

export const HOST = 'client.test'

/** A real https host on loopback that stands for one of the Internet. */
export async function startDocumentServer(hosts: string | readonly string[] = HOST): Promise<DocumentServer> {
  const { cert, key } = selfSignedCertificate([hosts, '127.0.0.1'].flat())
  const requests: DocumentServer['requests'] = []
  const server = createServer({ cert, key }, (request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers })
    started.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const started: DocumentServer = {
    answer: (_request, response) => response.end(),
    requests,
    network: {
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      isPublicAddress: (address) => address === '127.0.0.1',
      ca: cert,
      port: (server.address() as AddressInfo).port,
      deadlineMs: 5000,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return started
}

export const jsonAnswer =
  (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
