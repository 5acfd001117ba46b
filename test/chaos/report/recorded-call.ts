/** One request and what the app answered, as whoever asked saw it. */
export type RecordedCall = {
  readonly method: string
  readonly path: string
  /** 0 when a living instance closed the connection without an answer. */
  readonly status: number
  readonly contentType: string
  readonly challenge?: string | undefined
  readonly body: string
  readonly ms: number
  readonly fromStranger: boolean
}
