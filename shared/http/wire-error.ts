/**
 * An error whose `code` and `description` may be shown to whoever asked. Both are constants; the reason, which may
 * hold what was sent, goes to `cause` and from there to the log alone.
 */
export class WireError extends Error {
  readonly status: number
  readonly code: string
  readonly description: string
  readonly headers: Readonly<Record<string, string>>
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
}
