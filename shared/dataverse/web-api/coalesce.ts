import type { DataverseError } from '../errors.ts'
import type { Read, ReadResult, WebApi } from './web-api.ts'

/** Reads that go out together. */
export type Reads = {
  /** Everything asked for before the current synchronous work ends goes into one `$batch`. */
  readonly read: <T>(read: Read<T>) => Promise<ReadResult<T>>
}

type Waiting = {
  readonly read: Read<unknown>
  readonly settle: (result: ReadResult<unknown>) => void
  readonly fail: (error: unknown) => void
}

/** For one tool call: it asks with one person's token. */
export function coalesceReads(api: WebApi): Reads {
  let waiting: Waiting[] = []
  const send = async (): Promise<void> => {
    const sent = waiting
    waiting = []
    try {
      const results = await api.batch(sent.map(({ read }) => read))
      sent.forEach(({ settle, fail }, at) => {
        const result = results[at]
        if (result) settle(result)
        else fail(new TypeError('a read without its result'))
      })
    } catch (error) {
      for (const { fail } of sent) fail(error)
    }
  }
  return {
    read: <T>(read: Read<T>) =>
      new Promise<ReadResult<T>>((resolve, reject) => {
        if (waiting.length === 0) queueMicrotask(() => void send())
        // The result is of this very read's schema.
        waiting.push({ read, settle: (result) => resolve(result as ReadResult<T>), fail: reject })
      }),
  }
}

/** The value, or `undefined` for what was refused. @throws DataverseError for what may well be answered the next time */
export function unlessRefused<T>(result: ReadResult<T>): T | undefined {
  if (result.ok) return result.value
  if (isRefusal(result.error)) return undefined
  throw result.error
}

/** @throws DataverseError when it was refused */
export function required<T>(result: ReadResult<T>): T {
  if (result.ok) return result.value
  throw result.error
}

export function isRefusal(error: DataverseError): boolean {
  return error.kind === 'refused' || error.kind === 'unreadable'
}
