import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, request as ask } from 'node:http'

const TENANT = '6f1d2c3b-4a59-4e68-8c77-9b8a7c6d5e4f'
const AUTHORITY = `https://login.microsoftonline.com/${TENANT}`

/** What MSAL reads of an authority before it asks for a token. */
const DISCOVERY = {
  issuer: `${AUTHORITY}/v2.0`,
  authorization_endpoint: `${AUTHORITY}/oauth2/v2.0/authorize`,
  token_endpoint: `${AUTHORITY}/oauth2/v2.0/token`,
  jwks_uri: `${AUTHORITY}/discovery/v2.0/keys`,
  tenant_discovery_endpoint: `${AUTHORITY}/v2.0/.well-known/openid-configuration`,
  metadata: [],
}

/** Entra by its name with one token for every application, Dataverse by any other. */
export async function openDoor(dataverseUrl: string, token: string) {
  const agent = new Agent({ keepAlive: true })
  const issued = JSON.stringify({ token_type: 'Bearer', expires_in: 3_599, ext_expires_in: 3_599, access_token: token })
  const entra = ({ url = '' }: IncomingMessage) => (/\/token(?:\?|$)/.test(url) ? issued : JSON.stringify(DISCOVERY))
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-asked-host'] === 'login.microsoftonline.com') {
      request.resume()
      response.writeHead(200, { 'content-type': 'application/json' }).end(entra(request))
      return
    }
    const { method, url = '' } = request
    const { host: _host, connection: _connection, ...headers } = request.headers
    const onward = ask(new URL(url, dataverseUrl), { method, headers, agent })
    request.pipe(onward)
    const [got] = (await once(onward, 'response')) as [IncomingMessage]
    response.writeHead(got.statusCode ?? 502, got.headers)
    got.pipe(response)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      agent.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
