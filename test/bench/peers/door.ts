import { once } from 'node:events'
import { Agent, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { type Front, startFront } from '../stage/front.ts'

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
export async function openDoor(dataverseUrl: string, token: string): Promise<Front> {
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
  const front = await startFront(answer)
  return {
    url: front.url,
    close: async () => {
      agent.destroy()
      await front.close()
    },
  }
}
