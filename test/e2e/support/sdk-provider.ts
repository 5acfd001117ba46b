import type { OAuthClientProvider as Provider1 } from '@modelcontextprotocol/sdk/client/auth.js'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'

export const SDK_REDIRECT = 'http://127.0.0.1:53682/callback'

/** What an application brings along for the SDK's own `auth()`: a place to keep things. */
export function createKeeper() {
  const kept = new Map<string, unknown>()
  const provider = {
    redirectUrl: SDK_REDIRECT,
    clientMetadata: { client_name: 'SDK client', redirect_uris: [SDK_REDIRECT], token_endpoint_auth_method: 'none' },
    clientInformation: () => kept.get('client'),
    saveClientInformation: (information: unknown) => void kept.set('client', information),
    tokens: () => kept.get('tokens'),
    saveTokens: (tokens: unknown) => void kept.set('tokens', tokens),
    discoveryState: () => kept.get('discovery'),
    saveDiscoveryState: (state: unknown) => void kept.set('discovery', state),
    saveCodeVerifier: (verifier: string) => void kept.set('verifier', verifier),
    codeVerifier: () => String(kept.get('verifier')),
    invalidateCredentials: (scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery') => {
      for (const name of scope === 'all' ? ['client', 'tokens', 'verifier', 'discovery'] : [scope]) kept.delete(name)
    },
    redirectToAuthorization: (url: URL): void | Promise<void> => void kept.set('redirect', url),
  }
  return { provider, kept, typed: provider as unknown as Provider1 }
}

/** The same, beside a browser with a person in it. */
export function createProvider(upn: string) {
  const { provider, kept, typed } = createKeeper()
  provider.redirectToAuthorization = async (url) => {
    const arrival = await walkBrowser(url.href, upn, { redirectUri: SDK_REDIRECT })
    if (arrival.kind === 'page') throw new Error(`sign-in ended at a page, HTTP ${arrival.status}`)
    kept.set('callback', arrival.url)
  }
  const callback = () => (kept.get('callback') as URL | undefined)?.searchParams ?? new URLSearchParams()
  return { provider, kept, typed, callback }
}
