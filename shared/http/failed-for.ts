/** Who is known to have asked for what failed: ids that were proven, never what a token merely says. */
export type Asker = { readonly userId?: string; readonly clientId?: string; readonly grantId?: string }

/** A failure with whoever it befell, on its way to the boundary, which takes it apart: for the log alone. */
export class FailedFor extends Error {
  readonly error: unknown
  readonly asker: Asker
  constructor(error: unknown, asker: Asker) {
    super('failed for somebody who is known')
    this.name = 'FailedFor'
    this.error = error
    this.asker = asker
  }
}

/** What failed, and for whom. */
export function failureOf(thrown: unknown): { readonly error: unknown; readonly asker: Asker } {
  return thrown instanceof FailedFor ? thrown : { error: thrown, asker: {} }
}

/** Runs what follows once it is known who asks; what becomes known meanwhile may be told by the failure itself. */
export async function askedBy<T>(asker: () => Asker, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const { error, asker: inner } = failureOf(thrown)
    throw new FailedFor(error, { ...asker(), ...inner })
  }
}
