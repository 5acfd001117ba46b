import { type IncomingHttpHeaders, request as httpRequest } from 'node:http'

export type RawRequest = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** More than one piece is sent in chunks. */
  readonly body?: readonly string[]
}
export type RawAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }

/** A request that fetch would not send: another Host, a chunked body, any header twice. */
export function raw(url: string, { method = 'GET', headers = {}, body = [] }: RawRequest = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        })
      })
    })
    sent.on('error', reject)
    for (const piece of body) sent.write(piece)
    sent.end()
  })
}
