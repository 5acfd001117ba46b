/** What az ends with: 1 in general, 2 for a command line it cannot read, 3 for a resource that is not there. */
export class AzError extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export const usage = (message: string) => new AzError(message, 2)
