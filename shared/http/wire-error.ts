/** What a refusal is counted under beside the address it came from. */
export type Blame = {
  readonly clientId?: string
  /** The grant, sign-in or consent page that the request named. */
  readonly flow?: string
  /**
   * The request bore something that we issued, if only once. Its refusal is counted under the flow alone and always
   * shown: a client whose session has ended must hear so, however many strangers share its address.
   */
  readonly issued?: boolean
  /**
   * What failed is the asker's own choice, such as a host that they named. It is counted like a refusal, or anybody could
   * fill the log with faults; and always shown, as one who did nothing wrong may stand behind the same address.
   */
  readonly theirs?: boolean
}

/**
 * An error whose `code` and `description` may be shown to whoever asked. Both are constants; the reason, which may
 * hold what was sent, goes to `cause` and from there to the log alone. A `cause` that is text is a constant, too.
 */
export class WireError extends Error {
  readonly status: number
  readonly code: string
  readonly description: string
  readonly headers: Readonly<Record<string, string>>
  blame: Blame = {}
  /** Addresses that were refused, as they were sent: for the log, and for a page as a text of its own. */
  addresses: readonly string[] = []
  /** The settings each of which would admit what was refused: an administrator alone can mend it. */
  settings: readonly string[] = []
  constructor(
    status: number,
    code: string,
    description: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(`${code}: ${description}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WireError'
    this.status = status
    this.code = code
    this.description = description
    this.headers = options.headers ?? {}
  }

  /** The same error, with what it is counted under. */
  blaming(blame: Blame): this {
    this.blame = { ...this.blame, ...blame }
    return this
  }

  /** The same error, with the addresses that it is about, and the settings that would admit them. */
  about(addresses: readonly string[], settings: readonly string[] = []): this {
    this.addresses = addresses
    this.settings = settings
    return this
  }
}

/** A body that is no JSON at all, for which JSON-RPC has a code of its own. */
export class NotJson extends WireError {
  constructor(cause: unknown) {
    super(400, 'invalid_request', 'The body is not JSON.', { cause })
  }
}

/** Runs what follows once a request has shown something that we issued: its refusals are the bearer's own. */
export async function asBearerOf<T>(flow: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof WireError ? error.blaming({ flow, issued: true }) : error
  }
}
