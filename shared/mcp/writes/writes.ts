import type { InputRequiredResult } from '@modelcontextprotocol/server'
import type { ChangeContext } from '../../dataverse/change/operation.ts'
import type { ChangeTokens, OpenedChange, Proof } from '../../dataverse/change/token/change-tokens.ts'
import type { Writer } from '../../dataverse/change/writer/writer.ts'
import type { EventFields, EventName } from '../../telemetry/events.ts'

/** What a request declares that it can do to ask a person. */
export type Means = {
  /** `elicitation.form` of this very request. */
  readonly elicitation: boolean
  /** MCP Apps: our view is drawn, and is given what the model is not. */
  readonly card: boolean
}

/** What became of asking a person. `ask`: the answer of the call is the question, and the client calls again. */
export type Confirmed =
  | { readonly kind: 'confirmed'; readonly by: Proof }
  | { readonly kind: 'declined' }
  | { readonly kind: 'ask'; readonly result: InputRequiredResult }

export type ChangeEventName = Extract<EventName, `change.${string}` | 'writes.unmatched'>

/** What tools that write work with; made for one call, and only where writing is switched on. */
export type Writes = {
  readonly change: ChangeContext
  readonly writer: Writer
  /** Milliseconds before each look at a row where no answer came. */
  readonly checkAfterMs: readonly number[]
  /** Whether something is kept from models, so that no row is taken as the writer's answer has it. */
  readonly keepsSomething: boolean
  readonly correlationId: string
  /** Again what the endpoint decided. @throws QueryError `write_not_allowed` */
  readonly requireRight: () => void
  readonly tokens: ChangeTokens
  /** The proof that a token wants; `undefined` where one is needed that this client cannot give. */
  readonly proofFor: (human: boolean) => Proof | undefined
  /**
   * Asks the person where the proof wants it and the client can, by a sentence that says the whole change.
   * @param human whether only a person can confirm it, as things are now
   */
  readonly confirm: (opened: OpenedChange, sentence: string, human: boolean) => Promise<Confirmed>
  /** Counts one write of the person, and gives what takes that back. @throws LimitReached */
  readonly count: () => () => void
  readonly tell: (name: ChangeEventName, fields: EventFields) => void
}
