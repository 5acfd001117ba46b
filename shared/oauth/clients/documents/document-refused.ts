const MESSAGES = {
  'not-a-document-url': 'The client id is not the address of a client metadata document.',
  'domain-not-allowed': 'Client metadata documents of this host are not accepted here.',
  'private-address': 'The host of the client metadata document is not on the public Internet.',
  'not-served': 'The host of the client metadata document does not hand it out.',
  unreachable: 'The client metadata document could not be read.',
  'too-large': 'The client metadata document is too large.',
  'too-slow': 'The client metadata document did not arrive in time.',
  busy: 'Too many client metadata documents are being read at the moment.',
  redirect: 'The address of the client metadata document redirects, which is not followed.',
  'not-json': 'The client metadata document is not JSON.',
  'client-id-mismatch': 'The client metadata document names another client.',
  invalid: 'The client metadata document is not as this server needs it.',
  'no-redirect-admitted': 'None of the redirect addresses in the client metadata document is admitted here.',
  'auth-method': 'The client metadata document does not allow a public client.',
} as const

export type DocumentRefusal = keyof typeof MESSAGES

/** Whether the same document may be read in a moment. */
export const isPassing = (reason: DocumentRefusal): boolean =>
  reason === 'unreachable' || reason === 'too-slow' || reason === 'busy'

type Details = {
  readonly advice?: string
  readonly addresses?: readonly string[]
  readonly settings?: readonly string[]
}

/** Why a metadata document is not taken. The message is of constant sentences; details are in `cause`. */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused'
  readonly reason: DocumentRefusal
  /** The same, where the log looks for it. */
  readonly code: DocumentRefusal
  /** What was refused in the document, for the log and the page. */
  readonly addresses: readonly string[]
  /** Each would admit it. */
  readonly settings: readonly string[]
  constructor(reason: DocumentRefusal, cause?: unknown, { advice, addresses = [], settings = [] }: Details = {}) {
    super(advice === undefined ? MESSAGES[reason] : `${MESSAGES[reason]} ${advice}`, { cause })
    this.reason = this.code = reason
    this.addresses = addresses
    this.settings = settings
  }
}
