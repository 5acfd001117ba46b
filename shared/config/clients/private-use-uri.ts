const ADDRESS = /^([a-z][a-z0-9+.-]{2,62}):(?:\/\/[A-Za-z0-9._-]*)?(?:\/[A-Za-z0-9._~-]+)+\/?$/
const MOST_CHARACTERS = 500

/** What a browser fetches, runs or shows by itself. @see https://url.spec.whatwg.org/#special-scheme and https://fetch.spec.whatwg.org/#fetch-scheme */
const OF_BROWSERS = [
  ...['http', 'https', 'ws', 'wss', 'ftp', 'file', 'about', 'blob', 'data', 'javascript', 'vbscript', 'livescript'],
  ...['filesystem', 'view-source', 'resource', 'jar', 'mhtml', 'feed', 'cid', 'mid', 'res', 'isolated-app'],
  ...['chrome', 'edge', 'opera', 'brave', 'vivaldi'],
]
/** What any website may have a browser open with it. @see https://html.spec.whatwg.org/multipage/system-state.html#safelisted-scheme */
const OF_WEBSITES = [
  ...['bitcoin', 'ftps', 'geo', 'im', 'irc', 'ircs', 'magnet', 'mailto', 'matrix', 'mms', 'news', 'nntp'],
  ...['openpgp4fpr', 'sftp', 'sip', 'sips', 'sms', 'smsto', 'ssh', 'tel', 'urn', 'webcal', 'webcals', 'wtai', 'xmpp'],
  ...['cabal', 'dat', 'did', 'dweb', 'ethereum', 'hyper', 'ipfs', 'ipns', 'ssb'],
]
/** What an operating system or its store starts, shares or looks up, by what stands in the address. */
const OF_SYSTEMS = [
  ...['intent', 'android-app', 'content', 'package', 'market', 'shell', 'search', 'search-ms', 'hcp', 'help', 'apt'],
  ...['telnet', 'tn3270', 'rlogin', 'rdp', 'vnc', 'smb', 'cifs', 'nfs', 'afp', 'ldap', 'ldaps', 'gopher', 'git', 'svn'],
  ...['applescript', 'facetime', 'facetime-audio', 'prefs', 'app-settings', 'shortcuts', 'message', 'callto', 'skype'],
]
/** Families: of browsers’ own pages and extensions, of websites, of Windows, of Apple. */
const FAMILIES = ['chrome-', 'moz-', 'safari-', 'web+', 'ext+', 'ms-', 'microsoft-', 'itms', 'x-']

const TAKEN: ReadonlySet<string> = new Set([...OF_BROWSERS, ...OF_WEBSITES, ...OF_SYSTEMS])

/** Whether somebody else than one app answers to a scheme, so that a code sent there is anybody's. */
const isTaken = (scheme: string): boolean =>
  TAKEN.has(scheme) || FAMILIES.some((family) => scheme.startsWith(family)) || TAKEN.has(scheme.split('+')[0] ?? '')

/**
 * Whether an address is one of an app's own scheme, which the system opens with that app: `cursor://host/path` or
 * `com.example.app:/path`, small letters in the scheme, no user name, port, escape, query or fragment. Such a scheme is
 * nobody's: any app on the device may claim it, which is why each address must be named by an administrator, exactly.
 * One without a dot is admitted too, where RFC 8252 section 8.4 would have it refused: those that are in use have none.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.1
 */
export function isPrivateUseUri(address: string): boolean {
  if (address.length > MOST_CHARACTERS) return false
  const scheme = ADDRESS.exec(address)?.[1]
  return scheme !== undefined && !isTaken(scheme) && URL.canParse(address) && new URL(address).href === address
}
