import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSignedCertificate } from '../../sandbox/self-signed-certificate.ts'

/** Where the client is, and where an attacker is: two sites of their own, served over TLS on this machine. */
export const CLIENT_HOST = 'chatgpt.com'
export const FOREIGN_HOST = 'elsewhere.example'

export type Visit = { readonly url: URL; readonly referer: string | undefined }

export type Web = {
  /** `127.0.0.1:<port>` */
  readonly address: string
  readonly visits: readonly Visit[]
  /** Puts a page on one of the two sites, for as long as the suite runs. */
  readonly publish: (url: string, html: string) => void
  readonly close: () => Promise<void>
}

const PAGE = '<!doctype html><html lang="en"><title>The client</title><h1>Back at the client</h1></html>'

/** The rest of the web as far as a sign-in needs it. */
export async function startWeb(): Promise<Web> {
  const visits: Visit[] = []
  const pages = new Map<string, string>()
  const server = createServer(selfSignedCertificate([CLIENT_HOST, FOREIGN_HOST]), (request, response) => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host ?? ''}`)
    if (url.pathname !== '/favicon.ico') visits.push({ url, referer: request.headers.referer })
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(pages.get(url.origin + url.pathname) ?? PAGE)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    publish: (url, html) => void pages.set(url, html),
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
