/** Reading, which every connection may. */
export const SCOPE = 'dynamics.read'
/** Creating and changing records; it implies no reading, and is granted to nobody who did not tick it. */
export const WRITE_SCOPE = 'dynamics.write'
/** All that a tool which writes asks for, as it reads what it is about to change. */
export const WRITING_SCOPE = `${SCOPE} ${WRITE_SCOPE}`
/** Advertised in the server metadata only; a refresh token is issued with or without it. */
export const OFFLINE_ACCESS = 'offline_access'

/** Of a setting that says whether anything is written, and whether clients ask for that when they connect. */
type Writes = { readonly scopeAtConnect: boolean } | undefined

/** What clients may ask for at all. */
export const scopesSupported = (writes: Writes): readonly string[] => [
  SCOPE,
  ...(writes ? [WRITE_SCOPE] : []),
  OFFLINE_ACCESS,
]

/** What clients are told to ask for when they connect: the least that is of use, or writing too for those that cannot ask for it later. */
export const scopeAtConnect = (writes: Writes): string => (writes?.scopeAtConnect ? WRITING_SCOPE : SCOPE)

/**
 * What is granted. Everything asked for is accepted (`openid profile email` are, and are not granted), since clients ask
 * for whatever they find advertised somewhere, or for nothing at all when they reconnect. Asked once more at each step
 * with what the step before granted, so that each can only take away: whether writing is switched on (the request),
 * whether the person ticked it (their answer), whether they have the right (Entra's return).
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function grantedScope(asked: string | undefined, mayWrite: boolean): string {
  const all = asked?.split(' ') ?? []
  return [
    SCOPE,
    ...(mayWrite && all.includes(WRITE_SCOPE) ? [WRITE_SCOPE] : []),
    ...(all.includes(OFFLINE_ACCESS) ? [OFFLINE_ACCESS] : []),
  ].join(' ')
}

/** Whether a scope of ours lets records be written. */
export const asksToWrite = (scope: string): boolean => scope.split(' ').includes(WRITE_SCOPE)
