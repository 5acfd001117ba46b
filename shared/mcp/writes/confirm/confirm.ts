import {
  inputRequired,
  inputResponse,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { OpenedChange } from '../../../dataverse/change/token/change-tokens.ts'
import { QueryError } from '../../../dataverse/errors.ts'
import { visible } from '../../../dataverse/records/visible-text.ts'
import type { Confirmed, Means, Writes } from '../writes.ts'
import { type Answerer, createAskedChanges } from './asked-changes.ts'
import type { Confirmation } from './proof.ts'

export type ConfirmDeps = {
  readonly confirmation: Confirmation
  /** Of the very message that is to write, whatever the preview's declared. */
  readonly means: Means
  readonly message: ServerContext | undefined
  readonly key: () => Promise<Uint8Array>
  readonly answerer: Answerer
}

/** The name of the only question. */
const QUESTION = 'confirm'
const APPLY = {
  type: 'object' as const,
  properties: { apply: { type: 'boolean' as const, title: 'Apply this change' } },
  required: ['apply'],
}

/**
 * Asks the person by the client's own form wherever it has one. A change that wants a proof is not made without it; one
 * that was previewed before the setting or the policy wanted one has none.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation
 */
export function createConfirm({ confirmation, means, message, key, answerer }: ConfirmDeps): Writes['confirm'] {
  const asked = createAskedChanges(key, answerer)
  return async ({ changeId, proof }: OpenedChange, sentence, human): Promise<Confirmed> => {
    if (proof === 'card') return { kind: 'confirmed', by: 'card' }
    if (!means.elicitation || message === undefined) {
      if (proof === 'elicitation' || confirmation === 'human' || human) throw cannotAsk()
      return { kind: 'confirmed', by: 'host' }
    }
    const ask = async (): Promise<Confirmed> => ({
      kind: 'ask',
      result: questionOf(sentence, await asked.stateOf(changeId)),
    })
    const state = message.mcpReq.requestState()
    // An answer that comes with no question of ours was made up.
    if (state === undefined) return await ask()
    if ((await asked.changeOf(state, message)) !== changeId) throw ofAnotherChange()
    const answer = inputResponse(message.mcpReq.inputResponses, QUESTION)
    if (answer.kind !== 'elicit') return await ask()
    const applies = answer.action === 'accept' && answer.content?.['apply'] === true
    return applies ? { kind: 'confirmed', by: 'elicitation' } : { kind: 'declined' }
  }
}

function questionOf(sentence: string, requestState: string): InputRequiredResult {
  const message = visible(sentence)
  const form = inputRequired.elicit({ mode: 'form', message, requestedSchema: APPLY })
  return inputRequired({ inputRequests: { [QUESTION]: form }, requestState })
}

const cannotAsk = (): QueryError =>
  new QueryError(
    'confirmation_needed',
    'A person must confirm this change, and this request has no way to ask one.',
    'Tell the person that this client cannot ask them, and that they can make the change in Dynamics 365; do not try another way.',
  )

const ofAnotherChange = (): QueryError =>
  new QueryError(
    'confirmation_needed',
    'The answer that came with this call is not the person’s answer about this change.',
    'Send the same call again without an answer: the person is asked then.',
  )
