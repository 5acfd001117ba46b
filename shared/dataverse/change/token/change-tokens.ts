import type { ChangeArguments, WriteRequest, WriteTool } from '../model.ts'

/**
 * What proves that a person wants a change: the client's own dialog about the call, its form (elicitation), or a click in
 * our view, to which alone the token was given.
 */
export type Proof = 'host' | 'elicitation' | 'card'

/** What a token is made of; all of it is bound, and nothing of it can be read but its key and the tag of the row. */
export type ChangeFacts = {
  readonly tool: WriteTool
  readonly args: ChangeArguments
  readonly request: WriteRequest
  readonly etag?: string
  readonly acceptsDuplicates: boolean
  readonly proof: Proof
}

export type SealedChange = {
  /** The token: the argument `change`. */
  readonly change: string
  /** UUID: the key of a new row, and the name of this change in the audit. */
  readonly changeId: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export type OpenedChange = {
  readonly changeId: string
  readonly etag?: string
  readonly acceptsDuplicates: boolean
  readonly proof: Proof
  /** Of the request that was previewed; 16 bytes, keyed. */
  readonly bodyHash: Uint8Array
}

/** Tokens of one person through one client, for one organization at one of our addresses. */
export type ChangeTokens = {
  readonly seal: (facts: ChangeFacts) => Promise<SealedChange>
  /**
   * @throws QueryError `invalid_change` for a token that was not given to this person and client for this tool and
   * record, `change_expired`, `change_altered` where an argument is another than was previewed
   */
  readonly open: (change: string, tool: WriteTool, args: ChangeArguments) => Promise<OpenedChange>
  /** The keyed hash of a request, to compare with the one that was previewed. */
  readonly hashOf: (request: WriteRequest) => Promise<Uint8Array>
}
