/** What azd prints as `ERROR: …`, and below it as a suggestion, before it ends with exit code 1. */
export class AzdError extends Error {
  override readonly name = 'AzdError'
  readonly suggestion: string | undefined

  constructor(message: string, suggestion?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.suggestion = suggestion
  }
}

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** `prefix: message`, as Go wraps errors; the suggestion goes with it. */
export const wrap = (prefix: string, error: unknown): AzdError =>
  new AzdError(`${prefix}: ${messageOf(error)}`, error instanceof AzdError ? error.suggestion : undefined, error)
