import { knownClient, othersWith } from '../../config/clients/admitted.ts'
import type { ClientName, KnownClient } from '../../config/clients/known-clients.ts'
import { isRedirectPattern } from '../../config/clients/redirect-pattern.ts'
import { isAllowedRedirect, isLoopbackRedirect } from './redirect-uri.ts'

/** Why something is not admitted, in a sentence of ours alone, and the settings each of which would admit it. */
export type Advice = { readonly reason: string; readonly settings: readonly string[] }

export type Advise = {
  readonly redirect: (uri: string) => Advice
  readonly metadataHost: (host: string) => Advice
}

const SEVERAL = new Intl.ListFormat('en', { type: 'disjunction' })
/** As many as share one path, or whose people meet this would miss their own. */
const MOST_NAMED = 4

/** Says by which setting what was refused would be admitted. @param names what `CLIENTS` holds */
export function createAdvice(names: readonly ClientName[]): Advise {
  const byName = (what: string, has: (client: KnownClient) => boolean): Advice | undefined => {
    const others = othersWith(names, has).slice(0, MOST_NAMED)
    if (others.length === 0) return undefined
    const titles = SEVERAL.format(others.map((name) => knownClient(name).title))
    const settings = others.map((name) => `CLIENTS=${[...names, name].join(',')}`)
    return {
      reason: `${what} of ${titles}, which is not among CLIENTS; ${SEVERAL.format(settings)} would admit it.`,
      settings,
    }
  }
  return {
    redirect: (uri) =>
      byName('This redirect address is', (client) => uses(client, uri)) ??
      (isLoopbackRedirect(uri) ? LOOPBACK : couldBeListed(uri) ? LISTED : NEVER),
    metadataHost: (host) => byName('It is the host', ({ metadataDomains }) => metadataDomains.includes(host)) ?? HOST,
  }
}

/** Named by the administrator it is a good setting, and then admits itself. */
const couldBeListed = (uri: string): boolean =>
  isRedirectPattern(uri) && isAllowedRedirect(uri, { patterns: [uri], loopback: false })

const uses = ({ redirectUris: patterns, loopbackPaths: loopback }: KnownClient, uri: string): boolean =>
  isAllowedRedirect(uri, { patterns, loopback })

const LOOPBACK: Advice = {
  reason: 'This server sends no codes to this path of a loopback address; LOOPBACK_REDIRECTS would admit it.',
  settings: ['LOOPBACK_REDIRECTS'],
}
const LISTED: Advice = {
  reason: 'This redirect address is not on the list of this server; REDIRECT_URI_ALLOW_LIST would admit it.',
  settings: ['REDIRECT_URI_ALLOW_LIST'],
}
const NEVER: Advice = {
  reason:
    'No setting admits this redirect address: it must be plain https, a loopback address, or a scheme of an app’s own.',
  settings: [],
}
const HOST: Advice = {
  reason: 'CLIENT_ID_METADATA_DOMAINS would admit it.',
  settings: ['CLIENT_ID_METADATA_DOMAINS'],
}
