/** A part of the deployed app could not be loaded; the next call tries again. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
  /** The part, for the log. */
  readonly code: string
  constructor(part: string, options: ErrorOptions) {
    super(`${part} could not be loaded`, options)
    this.code = part
  }
}

/**
 * Loads a part of the app at the first call, once for all who ask meanwhile. A failure is kept for nobody.
 * @throws NotLoaded (the function)
 */
export function loadOnce<Part>(name: string, load: () => Promise<Part>): () => Promise<Part> {
  let loading: Promise<Part> | undefined
  return () =>
    (loading ??= attempt(load).catch((cause: unknown) => {
      loading = undefined
      throw new NotLoaded(name, { cause })
    }))
}

const attempt = async <Part>(load: () => Promise<Part>): Promise<Part> => load()
