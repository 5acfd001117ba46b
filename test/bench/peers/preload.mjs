import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import process from 'node:process'
import { URL } from 'node:url'

/**
 * The peers ask Entra and Dataverse under their public names and by https alone. Here both stand behind one door on
 * this machine, which is told the name that was asked for; nothing else leaves the process.
 */
const door = new URL(process.env.PEERS_DOOR ?? '')
const HOSTS = /^(?:login\.microsoftonline\.com|[a-z0-9-]+\.crm\.dynamics\.com)$/

function named(host) {
  if (!HOSTS.test(host)) throw new Error(`no stand-in for ${host}`)
  return { 'x-asked-host': host }
}

const ownFetch = globalThis.fetch
globalThis.fetch = (input, init = {}) => {
  const url = new URL(typeof input === 'string' ? input : (input.url ?? input.href))
  const headers = { ...Object.fromEntries(new globalThis.Headers(init.headers)), ...named(url.hostname) }
  return ownFetch(new URL(url.pathname + url.search, door), { ...init, headers })
}

const agent = new http.Agent({ keepAlive: true })
https.request = (first, second, third) => {
  const isAddress = typeof first === 'string' || first instanceof URL
  const url = isAddress ? new URL(first) : undefined
  const given = isAddress ? (typeof second === 'function' ? {} : (second ?? {})) : first
  const listen = [second, third].find((one) => typeof one === 'function')
  const host = url?.hostname ?? given.hostname ?? given.host
  const path = url ? url.pathname + url.search : given.path
  const { method, headers } = given
  const options = { host: door.hostname, port: door.port, path, method, agent, headers: { ...headers, ...named(host) } }
  delete options.headers.host
  delete options.headers.Host
  return http.request(options, listen)
}
https.get = (...given) => {
  const request = https.request(...given)
  request.end()
  return request
}
syncBuiltinESMExports()
