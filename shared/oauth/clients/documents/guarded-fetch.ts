import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { within } from '../../../telemetry/deadline.ts'
import { isInsideName } from './document-hosts.ts'
import { DocumentRefused } from './document-refused.ts'
import { isPublicAddress } from './public-address.ts'
import { resolveHost } from './resolve-host.ts'

/** How the Internet is reached. Only tests replace a part of it; no setting does. */
export type Network = {
  readonly resolve: (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>
  readonly isPublicAddress: (address: string) => boolean
  /** PEM of the only authority to trust, instead of the platform's list. */
  readonly ca?: string
  readonly port: number
  readonly deadlineMs: number
}

export const DEADLINE_MS = 5000
const INTERNET: Network = {
  resolve: resolveHost,
  isPublicAddress,
  port: 443,
  deadlineMs: DEADLINE_MS,
}
const MOST_BYTES = 5 * 1024
const JSON_TYPE = /^application\/(?:[\w.!#$&^+-]+\+)?json[ \t]*(?:;|$)/i
/** Own, so that neither a proxy from the environment nor a TLS session of another time leads past the checks. */
const AGENT = new Agent({ keepAlive: false, maxCachedSessions: 0 })

/**
 * GETs JSON of at most 5 KB within 5 s over https from a host that the asker chose, and from public addresses alone
 * on port 443 (server-side request forgery). The addresses that were checked are the ones connected to (DNS rebinding).
 * @param signal instead of a deadline of its own
 * @throws DocumentRefused
 */
export function fetchJson(url: URL, replaced: Partial<Network> = {}, signal?: AbortSignal): Promise<Fetched> {
  if (signal) return fetchGuarded(url, replaced, signal)
  return within(replaced.deadlineMs ?? DEADLINE_MS, (own) => fetchGuarded(url, replaced, own))
}

type Fetched = { readonly headers: IncomingHttpHeaders; readonly json: unknown }

async function fetchGuarded(url: URL, replaced: Partial<Network>, signal: AbortSignal): Promise<Fetched> {
  const network = { ...INTERNET, ...replaced }
  try {
    const addresses = await publicAddresses(url, network, signal)
    const response = await get(url, addresses, network, signal)
    return { headers: response.headers, json: await readJson(response) }
  } catch (error) {
    if (error instanceof DocumentRefused) throw error
    throw new DocumentRefused(signal.aborted ? 'too-slow' : 'unreachable', error)
  }
}

/** Literal hosts are read after URL parsing, which turns 2130706433 and 0x7f.1 into 127.0.0.1. */
async function publicAddresses(url: URL, network: Network, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  const host = bareHost(url)
  const family = isIP(host)
  if (family === 0 && isInsideName(host)) throw new DocumentRefused('private-address')
  const addresses =
    family === 0 ? await unlessAborted(network.resolve(host, signal), signal) : [{ address: host, family }]
  if (!addresses.every(({ address }) => network.isPublicAddress(address))) throw new DocumentRefused('private-address')
  return addresses
}

const bareHost = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1')

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = once(signal, 'abort').then(() => {
    throw signal.reason as Error
  })
  return Promise.race([work, aborted])
}

async function get(
  url: URL,
  addresses: readonly LookupAddress[],
  network: Network,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const sent = request({
    agent: AGENT,
    host: bareHost(url),
    port: network.port,
    path: url.pathname + url.search,
    headers: { host: url.host, accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'mcp-oauth' },
    lookup: pinnedTo(addresses),
    rejectUnauthorized: true,
    signal,
    ...(network.ca === undefined ? {} : { ca: network.ca }),
  })
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
    sent.on('close', () => reject(new Error('closed without an answer')))
  })
  sent.end()
  return response
}

/** Node asks for all addresses at once when it may try several (`autoSelectFamily`). */
function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (host, { all }, done) => {
    const [first] = addresses
    if (!first) done(new Error(`no address for ${host}`), '')
    else if (all) done(null, [...addresses])
    else done(null, first.address, first.family)
  }
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  try {
    checkHead(response)
    const body = await readBody(response)
    return parseJson(body)
  } finally {
    response.destroy()
  }
}

/** A coded body is refused, so nothing is ever decompressed (decompression bomb). */
function checkHead({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 300 && statusCode < 400) throw new DocumentRefused('redirect')
  if (statusCode !== 200)
    throw new DocumentRefused(isFinal(statusCode) ? 'not-served' : 'unreachable', new Error(`status ${statusCode}`))
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding !== 'identity' || !JSON_TYPE.test(headers['content-type'] ?? '')) throw new DocumentRefused('not-json')
  if (Number(headers['content-length'] ?? 0) > MOST_BYTES) throw new DocumentRefused('too-large')
}

/** That it is not there, or for nobody: no fault of that host, nor one that passes. @see RFC 9110 §15.5 */
const isFinal = (status: number) => status >= 400 && status < 500 && ![408, 425, 429].includes(status)

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new DocumentRefused('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new DocumentRefused('not-json', error)
  }
}
