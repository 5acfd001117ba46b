import { z } from 'zod'
import { postMcp } from './mcp.ts'
import { readJson, type Reply, send, StepError, type Wire } from './wire.ts'

const resourceSchema = z.looseObject({
  resource: z.string(),
  authorization_servers: z.array(z.string()).min(1),
  scopes_supported: z.array(z.string()).default([]),
})

const serverSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  registration_endpoint: z.string().optional(),
  revocation_endpoint: z.string().optional(),
  scopes_supported: z.array(z.string()).default([]),
  code_challenge_methods_supported: z.array(z.string()).default([]),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
  client_id_metadata_document_supported: z.boolean().default(false),
})

export type ResourceMetadata = z.infer<typeof resourceSchema>
export type ServerMetadata = z.infer<typeof serverSchema>

export type Discovery = {
  readonly challenge: Challenge
  readonly resource: ResourceMetadata
  readonly server: ServerMetadata
}

export type Challenge = Readonly<Record<string, string>>

/** Reads `WWW-Authenticate: Bearer name="value", …` (RFC 6750 section 3). */
export function parseChallenge(header: string | null): Challenge | undefined {
  if (header === null || !/^Bearer(\s|$)/i.test(header)) return undefined
  return Object.fromEntries(
    [...header.matchAll(/(?<![a-z_])([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.replace(/\\(.)/g, '$1'),
    ]),
  )
}

/** ChatGPT's first request: `server/discover` without a token, to be refused with a challenge. */
export async function askForChallenge(wire: Wire, mcpUrl: string): Promise<Challenge> {
  const title = 'MCP server/discover without a token'
  const reply = await postMcp(wire, mcpUrl, { id: 'openai-mcp-discover', method: 'server/discover', title })
  const challenge = parseChallenge(reply.headers.get('www-authenticate'))
  if (reply.status !== 401 || !challenge) throw new StepError(title, reply, 'no 401 with a Bearer challenge')
  return challenge
}

/** RFC 9728 section 3.3: the document must name the resource that was asked for. */
export async function fetchResourceMetadata(wire: Wire, challenge: Challenge, mcpUrl: string) {
  const { origin, pathname } = new URL(mcpUrl)
  const title = 'Protected resource metadata'
  const url = challenge.resource_metadata ?? `${origin}/.well-known/oauth-protected-resource${pathname}`
  const reply = await send(wire, title, { url, headers: { accept: 'application/json' } })
  const metadata = resourceSchema.parse(readJson(title, reply))
  if (metadata.resource !== mcpUrl) throw new StepError(title, reply, `resource is not ${mcpUrl}`)
  return metadata
}

function checkServer(title: string, reply: Reply, metadata: ServerMetadata, issuer: string): void {
  if (metadata.issuer !== issuer) throw new StepError(title, reply, `issuer is not exactly ${issuer}`)
  if (!metadata.code_challenge_methods_supported.includes('S256')) {
    throw new StepError(
      title,
      reply,
      'OAuth authorization server metadata must advertise PKCE support with code_challenge_methods_supported containing S256.',
    )
  }
}

/** RFC 8414 section 3.3: the issuer must be, byte for byte, the one that the resource named. */
export async function fetchServerMetadata(wire: Wire, issuer: string): Promise<ServerMetadata> {
  const title = 'Authorization server metadata'
  const reply = await send(wire, title, {
    url: `${issuer}/.well-known/oauth-authorization-server`,
    headers: { accept: 'application/json' },
  })
  const metadata = serverSchema.parse(readJson(title, reply))
  checkServer(title, reply, metadata, issuer)
  return metadata
}

/** Challenge → resource metadata → server metadata, in ChatGPT's order; the OpenID document may be missing. */
export async function discover(wire: Wire, mcpUrl: string): Promise<Discovery> {
  const challenge = await askForChallenge(wire, mcpUrl)
  const resource = await fetchResourceMetadata(wire, challenge, mcpUrl)
  const issuer = resource.authorization_servers[0] ?? ''
  const server = await fetchServerMetadata(wire, issuer)
  await send(wire, 'OpenID configuration', { url: `${issuer}/.well-known/openid-configuration` })
  return { challenge, resource, server }
}
