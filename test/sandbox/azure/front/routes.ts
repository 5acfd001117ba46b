import type { IncomingMessage, ServerResponse } from 'node:http'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void
/** A server on 127.0.0.1. */
export type Upstream = { readonly port: number; readonly tls?: boolean }
/** A service whose hosts come and go: a name that does not exist is not found, as in DNS. */
export type Service = {
  readonly handler: Handler
  readonly exists: (host: string) => boolean
  /** The names in the certificate that a host shows, where they are not its own. */
  readonly certificate?: (host: string) => readonly string[]
}
export type Route = Handler | Upstream | Service

export type Routes = {
  readonly find: (host: string) => Route | undefined
  readonly set: (name: string, route: Route | undefined) => void
  /** What a resolver would say: `unlisted` is a host that the rehearsal knows nothing of. */
  readonly resolve: (host: string) => 'ok' | 'unknown' | 'unlisted'
  /** The names for the certificate of a host: its own, after the wildcard of all its neighbours. */
  readonly certificateNames: (host: string) => readonly string[]
}

/** `graph.microsoft.com` names one host, `.vault.azure.net` all below it; a whole name wins, then the longest suffix. */
export function createRoutes(initial: Readonly<Record<string, Route>>): Routes {
  const routes = new Map(Object.entries(initial).map(([name, route]) => [name.toLowerCase(), route]))
  const keyOf = (host: string): string | undefined => {
    if (routes.has(host)) return host
    const suffixes = [...routes.keys()].filter((name) => name.startsWith('.') && host.endsWith(name))
    return suffixes.sort((left, right) => right.length - left.length)[0]
  }
  const find = (host: string) => routes.get(keyOf(host) ?? '')
  return {
    find,
    set: (name, route) => {
      if (route) routes.set(name.toLowerCase(), route)
      else routes.delete(name.toLowerCase())
    },
    resolve: (host) => {
      const route = find(host)
      if (!route) return 'unlisted'
      return 'exists' in route && !route.exists(host) ? 'unknown' : 'ok'
    },
    certificateNames: (host) => {
      const route = find(host)
      if (route !== undefined && 'certificate' in route) return route.certificate(host)
      // No authority signs a wildcard for a whole top-level domain, and no client takes one.
      return host.split('.').length > 2 ? [host.replace(/^[^.]+/, '*'), host] : [host]
    },
  }
}
