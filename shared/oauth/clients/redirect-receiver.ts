/** Who gets what is sent to a redirect address: a website, a program on this machine, or an app by its own scheme. */
export type Receiver = { readonly kind: 'website' | 'program' | 'app'; readonly name: string }

/** For people. What follows an app's scheme is no host: it could read like one, and names nobody. */
export function receiverOf(redirectUri: string): Receiver {
  const { protocol, host } = new URL(redirectUri)
  if (protocol === 'https:') return { kind: 'website', name: host }
  if (protocol === 'http:') return { kind: 'program', name: host }
  return { kind: 'app', name: `the app on this device that opens ${protocol} links` }
}

/** For the log: the host, or an app's scheme with what stands in place of one; nothing of what is no address. */
export function redirectHostOf(redirectUri: string): { readonly redirectHost?: string } {
  if (!URL.canParse(redirectUri)) return {}
  const { protocol, host } = new URL(redirectUri)
  return { redirectHost: protocol === 'https:' || protocol === 'http:' ? host : `${protocol}//${host}` }
}
