const KB = 1024

/** How much one JSON text may hold; each is far above what a well-meant request needs. */
export type JsonBounds = {
  /** Objects and lists within one another. */
  readonly depth: number
  /** Members of objects and elements of lists, together. */
  readonly members: number
  /** Bytes of one text or name, as it is written. */
  readonly text: number
}

export type FormBounds = {
  readonly parameters: number
  /** Characters of one name, and of one value, decoded. */
  readonly name: number
  readonly value: number
}

/** The longest FetchXML that the tools take is 60,000 characters, a few thousand more with its quotes escaped. */
export const MCP_JSON: JsonBounds = { depth: 32, members: 2_000, text: 80 * KB }

/** Of registration and the administrator's endpoint. A software statement that nobody reads may still be long. */
export const PLAIN_JSON: JsonBounds = { depth: 32, members: 1_000, text: 16 * KB }

/** The longest value is the sealed transaction of the consent page. */
export const FORM: FormBounds = { parameters: 50, name: 100, value: 16 * KB }

/** Bytes of a body; parsing one holds up everybody on an instance. */
export const BODY_BYTES = { mcp: 128 * KB, manage: 8 * KB, oauth: 64 * KB } as const

export type BodyBounds = {
  /** Until a body must have arrived. */
  readonly readMs: number
  /** What is read on of a body that is refused, and for how long. */
  readonly drainBytes: number
  readonly drainMs: number
}

/**
 * No body holds an invocation for longer than `readMs + drainMs`. 10 s for 128 KB is a poor telephone line. What is too
 * large by a little may go to its end, so that its sender can read the refusal; 2 MB cost some milliseconds.
 */
export const BODY_BOUNDS: BodyBounds = { readMs: 10_000, drainBytes: 2 * KB * KB, drainMs: 2_000 }
