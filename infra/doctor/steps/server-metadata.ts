import { isDeepStrictEqual } from 'node:util'
import type { Code } from '../advice/advice.ts'
import { isSilence } from '../wire/ask-server.ts'
import { quoted } from '../wire/plain-text.ts'
import type { Page } from '../report.ts'
import { describe, jsonObject, listOf, textOf, type Visit } from '../visit.ts'
import { checkHead, readDocument } from './resource-metadata.ts'
import { type Survey, WELL_KNOWN } from './survey.ts'

/** What the later steps need; an address is there only if it leads to the same server. */
export type ServerMetadata = {
  readonly issuer: string
  readonly authorize: string | undefined
  readonly token: string | undefined
  readonly register: string | undefined
  readonly revoke: string | undefined
  readonly readsDocuments: boolean
  readonly scopes: readonly string[]
}

type Document = Readonly<Record<string, unknown>>

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'jwks_uri',
] as const

/** Member, what it must hold, and what its absence is called. */
const LISTS: readonly (readonly [string, string, Code])[] = [
  ['code_challenge_methods_supported', 'S256', 'pkce-missing'],
  ['response_types_supported', 'code', 'response-type-missing'],
  ['grant_types_supported', 'authorization_code', 'response-type-missing'],
  ['grant_types_supported', 'refresh_token', 'refresh-not-offered'],
  ['scopes_supported', 'offline_access', 'offline-access-missing'],
  ['scopes_supported', 'dynamics.read', 'scope-missing'],
  ['token_endpoint_auth_methods_supported', 'none', 'public-clients-missing'],
]

/** Step 5: `undefined` where the document is missing or leads elsewhere. @see https://www.rfc-editor.org/rfc/rfc8414#section-3.3 */
export async function checkServerMetadata(visit: Visit, survey: Survey): Promise<ServerMetadata | undefined> {
  const page = visit.notebook.page('server-metadata')
  const path = WELL_KNOWN.server
  const names = { path, missing: 'server-metadata-missing', notJson: 'server-metadata-not-json' } as const
  const document = readDocument(page, survey.server, names)
  if (!document) return undefined
  const faults = new Faults(page)
  judge(visit, faults, path, document)
  checkOpenid(visit, page, faults, document, survey)
  await checkHead(visit, page, path)
  if (!visit.notebook.hasFailed('server-metadata')) page.ok(`issuer ${visit.origin}, S256, refresh tokens, iss`)
  return faults.leadElsewhere() ? undefined : metadataOf(visit, document)
}

/** The same fault in both copies is one finding. */
class Faults {
  readonly #page: Page
  readonly #told = new Set<Code>()
  constructor(page: Page) {
    this.#page = page
  }
  add(code: Code, found: string): void {
    if (!this.#told.has(code)) this.#page.failed(code, found)
    this.#told.add(code)
  }
  get count(): number {
    return this.#told.size
  }
  /** Whether addresses lead to another server, where nothing of ours may be sent. */
  leadElsewhere(): boolean {
    return this.#told.has('endpoint-elsewhere') || this.#told.has('http-urls')
  }
}

function judge({ origin }: Visit, faults: Faults, path: string, document: Document): void {
  const issuer = textOf(document.issuer)
  const plainHttp = origin.replace(/^https:/, 'http:')
  if (issuer !== origin)
    faults.add(
      issuer === plainHttp ? 'http-urls' : 'issuer-mismatch',
      `${path}: issuer is ${quoted(issuer ?? '')}, not ${origin}`,
    )
  for (const name of ENDPOINTS) judgeEndpoint(origin, faults, `${path}: ${name}`, name, document[name])
  for (const [member, value, code] of LISTS)
    if (!listOf(document[member]).includes(value)) faults.add(code, `${path}: ${member} does not hold ${value}`)
  const methods = listOf(document.code_challenge_methods_supported)
  if (methods.includes('S256') && methods.includes('plain'))
    faults.add('pkce-plain', `${path}: code_challenge_methods_supported holds plain`)
  if (document.authorization_response_iss_parameter_supported !== true)
    faults.add('iss-not-announced', `${path}: authorization_response_iss_parameter_supported is not true`)
}

function judgeEndpoint(origin: string, faults: Faults, where: string, name: string, value: unknown): void {
  const url = textOf(value)
  if (url === undefined) {
    if (name === 'authorization_endpoint' || name === 'token_endpoint')
      faults.add('endpoint-missing', `${where} is missing`)
    if (name === 'revocation_endpoint') faults.add('revocation-missing', `${where} is missing`)
    return
  }
  const there = URL.canParse(url) ? new URL(url).origin : ''
  if (there === origin) {
    if (!isPlain(url)) faults.add('endpoint-malformed', `${where} is ${quoted(url)}`)
    return
  }
  const isHttp = there !== '' && there === origin.replace(/^https:/, 'http:')
  faults.add(isHttp ? 'http-urls' : 'endpoint-elsewhere', `${where} is ${quoted(url)}`)
}

/** A user name or a fragment is refused by clients (RFC 6749 section 3.1), and spaces and backslashes are read in two ways. */
const isPlain = (url: string): boolean => !/[@#\\\s]/.test(url)

/** Some clients read one copy and some the other; ChatGPT has been seen to read either. */
function compare(faults: Faults, one: Document, other: Document): void {
  const differing = Object.keys(one).filter(
    (name) => Object.hasOwn(other, name) && !isDeepStrictEqual(one[name], other[name]),
  )
  if (differing.length > 0)
    faults.add(
      'server-documents-differ',
      `the two documents differ in ${differing.map((name) => quoted(name, 60)).join(', ')}`,
    )
}

function checkOpenid(visit: Visit, page: Page, faults: Faults, first: Document, { openid }: Survey): void {
  const path = WELL_KNOWN.openid
  const document = isSilence(openid) || openid.status !== 200 ? undefined : jsonObject(openid)
  if (document) {
    const told = faults.count
    judge(visit, faults, path, document)
    // A fault of one copy alone is a difference, too, and has its own name.
    if (faults.count === told) compare(faults, first, document)
    return
  }
  page.warning('openid-configuration-missing', `GET ${path}: ${isSilence(openid) ? openid.detail : describe(openid)}`)
}

function metadataOf({ origin }: Visit, document: Document): ServerMetadata {
  const endpoint = (name: string): string | undefined => {
    const url = textOf(document[name])
    return url !== undefined && URL.canParse(url) && new URL(url).origin === origin && isPlain(url) ? url : undefined
  }
  return {
    issuer: origin,
    authorize: endpoint('authorization_endpoint'),
    token: endpoint('token_endpoint'),
    register: endpoint('registration_endpoint'),
    revoke: endpoint('revocation_endpoint'),
    readsDocuments: document.client_id_metadata_document_supported === true,
    scopes: listOf(document.scopes_supported),
  }
}
