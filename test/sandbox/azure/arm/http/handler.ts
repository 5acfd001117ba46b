import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../access/authorise.ts'
import { ArmError } from '../errors.ts'
import type { World } from '../resources/world.ts'
import { route, type Answer, type RestRequest } from './routes.ts'

/** `PUT …/providers/Microsoft.Resources/deployments/<name>` at the subscription, as az sends it. */
export type Deploy = (name: string, request: RestRequest) => Promise<Answer>
const DEPLOYMENT = /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Resources\/deployments\/([^/]+)$/i

/** Who a bearer token belongs to. @throws Error for a token that Azure would not take */
export type Authenticate = (token: string) => Promise<Caller>

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

const unauthenticated = (message: string): ArmError =>
  new ArmError('InvalidAuthenticationToken', message, { status: 401 })

const callerOf = async (request: IncomingMessage, authenticate: Authenticate | undefined): Promise<Caller> => {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined || authenticate === undefined)
    throw new ArmError('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.", {
      status: 401,
    })
  try {
    return await authenticate(token)
  } catch (error) {
    throw unauthenticated(`The access token is invalid: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

const answer = async (
  request: IncomingMessage,
  world: World,
  name: string,
  authenticate: Authenticate | undefined,
  deploy: Deploy,
): Promise<Answer> => {
  try {
    const caller = await callerOf(request, authenticate)
    const url = new URL(request.url ?? '/', 'https://management.azure.com')
    if (!url.searchParams.has('api-version'))
      throw new ArmError(
        'MissingApiVersionParameter',
        'The api-version query parameter (?api-version=) is required for all requests.',
      )
    const asked = { method: request.method ?? 'GET', url, body: await readBody(request), caller }
    const deployment = asked.method === 'PUT' ? DEPLOYMENT.exec(url.pathname)?.[1] : undefined
    return deployment === undefined ? route(asked, world, name) : await deploy(deployment, asked)
  } catch (error) {
    if (error instanceof ArmError) return { status: error.status, body: error.toBody() }
    throw error
  }
}

/** The REST face of Azure Resource Manager, for a front that owns TLS and the host name. */
export const createHandler =
  (world: World, subscriptionName: string, authenticate: Authenticate | undefined, deploy: Deploy) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, world, subscriptionName, authenticate, deploy).then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        response.end(body === undefined ? undefined : JSON.stringify(body))
      },
      (error: unknown) => {
        response.writeHead(500, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: { code: 'StandIn', message: String(error) } }))
      },
    )
  }
