import type { ChangeArguments, WriteTool } from '../../../dataverse/change/model.ts'
import type { Proof } from '../../../dataverse/change/token/change-tokens.ts'
import { CHANGE_META } from '../../app/change/change-meta.ts'

/** A call that writes, with its token. */
export type ReadyCall = {
  readonly tool: WriteTool
  readonly arguments: ChangeArguments & { readonly change: string }
}

export type GivenCall = {
  /** For the model, which then makes the call; absent where a click in our view alone may make it. */
  readonly call?: ReadyCall
  /** For the view, and no other reader. */
  readonly meta?: Readonly<Record<string, unknown>>
  /** What to do now, for the model: a member `next` of its own beside the notes, which the person reads too. */
  readonly next: string
}

/** Who is given the call: whoever has its token can make the change, so that a click proves a person where only the view has it. */
export function givenCall(proof: Proof, call: ReadyCall): GivenCall {
  if (proof === 'card')
    return {
      meta: { [CHANGE_META]: call },
      next: 'The person applies this change with the button of the card beside this answer; no tool call of yours can. Tell them so, and wait for what they say.',
    }
  const asks = proof === 'elicitation' ? ' The client then asks the person.' : ''
  return { call, next: `To make the change, send call as it is, once the person wants it.${asks}` }
}
