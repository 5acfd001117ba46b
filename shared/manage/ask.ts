import { within } from '../telemetry/deadline.ts'

/** What a public address answers to whoever has no token. */
export type Answered = {
  readonly status: number
  readonly challenge: string | null
  /** Epoch milliseconds of its `Date` header, which names whole seconds. */
  readonly date: number | undefined
  /** When the answer came about, by this server's clock. */
  readonly at: number
}

/** The address did not answer; `said` is a word such as `ENOTFOUND`. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly said: string
  constructor(cause: unknown) {
    super('there was no answer', { cause })
    this.said = wordOf(cause)
  }
}

const TIMEOUT_MS = 6_000

/** One GET without credentials, which follows no redirect and reads no body. @throws NoAnswer */
export async function ask(url: string, fetch: typeof globalThis.fetch, now: () => number): Promise<Answered> {
  const sentAt = now()
  try {
    return await within(TIMEOUT_MS, async (signal) => {
      const { status, headers, body } = await fetch(url, { redirect: 'manual', signal })
      const at = (sentAt + now()) / 2
      await body?.cancel()
      const date = Date.parse(headers.get('date') ?? '')
      return { status, challenge: headers.get('www-authenticate'), date: Number.isNaN(date) ? undefined : date, at }
    })
  } catch (error) {
    throw new NoAnswer(error)
  }
}

/** fetch hides the word in its cause; a message might quote anything. */
function wordOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'no connection'
}
