import { DocumentRefused } from '../../../shared/oauth/clients/documents/document-refused.ts'
import { foreignCause } from '../wire/foreign-cause.ts'
import { isSilence } from '../wire/ask-server.ts'
import { jsonObject, listOf, textOf, type Reply, type Visit } from '../visit.ts'
import { authorizeRequest, newPkce } from '../steps/authorize-request.ts'
import { preflight } from '../steps/cors.ts'
import { registrationRequest } from '../steps/registration.ts'
import type { ServerMetadata } from '../steps/server-metadata.ts'
import { allNeeds, CLIENT_NAMES, isLoopback, MADE_UP_LOOPBACK, needsOf } from './needs.ts'

/** What was told of each address, origin or host; what could not be told is absent. */
export type Told = ReadonlyMap<string, boolean>

export type Admission = {
  readonly redirects: Told
  readonly origins: Told
  /** Empty where the server reads no documents at all: then no client sends one. */
  readonly documentHosts: Told
  /** Whether any path of a person's own machine is admitted, made-up ones too. */
  readonly anyLoopback: boolean
}

/** A client id holds its addresses and has a bound, so a registration of all of them would be refused for its length. */
const MOST_TOGETHER = 5
/** Where makers put their documents; the server fetches it once, and only where it admits the host. */
const DOCUMENT_PATH = '/oauth/client-metadata.json'

/**
 * Asks what the known clients would ask, in few requests: refusals of registrations are counted against a network, and
 * a registration costs the server no row. Writes nothing down.
 */
export async function askClients(visit: Visit, server: ServerMetadata): Promise<Admission> {
  const chatgpt = needsOf('chatgpt').redirects
  const first = await askRedirects(visit, server, chatgpt)
  const open = first.size > 0
  const others = [...allNeeds('redirects').filter((uri) => !chatgpt.includes(uri)), MADE_UP_LOOPBACK]
  const [told, origins] = await Promise.all([
    Promise.all(open ? inGroups(others).map((group) => askRedirects(visit, server, group)) : []),
    together(allNeeds('origins'), (origin) => admitsOrigin(visit, origin)),
  ])
  const redirects = new Map([first, ...told].flatMap((one) => [...one]))
  const documentHosts = await together(hostsWorthAsking(redirects), (host) => admitsDocuments(visit, server, host))
  return { redirects, origins, documentHosts, anyLoopback: redirects.get(MADE_UP_LOOPBACK) === true }
}

/**
 * Each host costs a refusal by the page, of which an app bears a hundred in ten minutes before it says no more, and a
 * deployment that waits walks a dozen times: a client whose addresses are refused is not asked for twice.
 */
function hostsWorthAsking(redirects: Told): readonly string[] {
  if (redirects.size === 0) return allNeeds('documentHosts')
  const whole = CLIENT_NAMES.map(needsOf).filter((needs) => needs.redirects.every((uri) => redirects.get(uri) === true))
  return [...new Set(whole.flatMap((needs) => needs.documentHosts))]
}

/** Addresses of one kind together: a client is asked for as it is. */
function inGroups(uris: readonly string[]): readonly (readonly string[])[] {
  const sorted = [...uris.filter((uri) => !isLoopback(uri)), ...uris.filter(isLoopback)]
  return Array.from({ length: Math.ceil(sorted.length / MOST_TOGETHER) }, (_, at) =>
    sorted.slice(at * MOST_TOGETHER, (at + 1) * MOST_TOGETHER),
  )
}

async function askRedirects(visit: Visit, { register }: ServerMetadata, uris: readonly string[]): Promise<Told> {
  if (register === undefined) return new Map()
  const reply = await visit.askServer(registrationRequest(register, uris, 'doctor: asks who may connect'))
  if (isSilence(reply)) return new Map()
  const document = jsonObject(reply) ?? {}
  const admitted = reply.status === 201 ? listOf(document.redirect_uris) : []
  const isTold = reply.status === 201 || isRefusal(reply, textOf(document.error))
  return new Map(isTold ? uris.map((uri) => [uri, admitted.includes(uri)]) : [])
}

/** Beyond a number of refusals the app says 429 in place of the reason, and only to what it would have refused. */
const isRefusal = (reply: Reply, error: string | undefined): boolean =>
  !isSilence(reply) && reply.status === 400 && error === 'invalid_redirect_uri'

async function together(
  names: readonly string[],
  admits: (name: string) => Promise<boolean | undefined>,
): Promise<Told> {
  const told = await Promise.all(names.map(async (name) => [name, await admits(name)] as const))
  return new Map(told.flatMap(([name, is]) => (is === undefined ? [] : [[name, is] as const])))
}

async function admitsOrigin(visit: Visit, origin: string): Promise<boolean | undefined> {
  const reply = await visit.askServer(preflight(visit.url, origin, 'authorization,content-type'))
  if (isSilence(reply) || foreignCause(reply) !== undefined) return undefined
  return reply.headers.get('access-control-allow-origin') === origin
}

/** As the page says it, whatever advice follows. */
const NOT_ACCEPTED = new DocumentRefused('domain-not-allowed').message

/** The page says that a host is not admitted before anything is fetched from it; any other answer means that it is. */
async function admitsDocuments(visit: Visit, server: ServerMetadata, host: string): Promise<boolean | undefined> {
  if (!server.readsDocuments || server.authorize === undefined) return undefined
  const client = { clientId: `https://${host}${DOCUMENT_PATH}`, redirectUri: needsOf('chatgpt').redirects[0] ?? '' }
  const reply = await visit.askServer(authorizeRequest(visit, server.authorize, client, newPkce()))
  if (isSilence(reply) || foreignCause(reply) === 'rate-limited') return undefined
  return !reply.text.includes(NOT_ACCEPTED)
}
