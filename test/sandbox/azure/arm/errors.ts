/** What Azure Resource Manager answers when it refuses: `{ error: { code, message, target?, details? } }`. */
export class ArmError extends Error {
  override readonly name = 'ArmError'
  readonly code: string
  readonly status: number
  readonly target: string | undefined
  readonly details: readonly ArmError[]

  constructor(
    code: string,
    message: string,
    more: { readonly status?: number; readonly target?: string; readonly details?: readonly ArmError[] } = {},
  ) {
    super(message)
    this.code = code
    this.status = more.status ?? 400
    this.target = more.target
    this.details = more.details ?? []
  }

  /** As JSON on the wire. */
  toBody(): { error: Record<string, unknown> } {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.target === undefined ? {} : { target: this.target }),
        ...(this.details.length === 0 ? {} : { details: this.details.map((detail) => detail.toBody().error) }),
      },
    }
  }

  /** Code and message of this error and of all below it, one a line, as azd prints them. */
  lines(): string[] {
    return [
      `${this.code}: ${this.message}`,
      ...this.details.flatMap((detail) => detail.lines().map((line) => `- ${line}`)),
    ]
  }
}

/** The template itself is wrong: found before anything is deployed. */
export const invalidTemplate = (reason: string): ArmError =>
  new ArmError('InvalidTemplate', `Deployment template validation failed: '${reason}'`)

/** An expression cannot be worked out: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template */
export const invalidExpression = (reason: string): ArmError =>
  new ArmError('InvalidTemplate', `Unable to process template language expressions: '${reason}'`)
