import type { CallToolResult } from '@modelcontextprotocol/server'
import { DataverseError, DataverseTokenRefused, QueryError } from '../../dataverse/errors.ts'
import type { Metadata } from '../../dataverse/metadata/model.ts'
import { causeOf, nextStepFor } from '../../dataverse/advice/next-step.ts'
import { suggestionFor } from '../../dataverse/advice/unknown-name.ts'
import { LimitReached } from '../limits/limit-reached.ts'
import { SwitchedOff } from '../switches/off.ts'
import { StorageUnavailable } from '../../storage/ports.ts'
import { KeysUnavailable } from '../../tokens/keys.ts'

export type ExplainedError = { readonly code: string; readonly text: string; readonly nextStep: string }

/**
 * Says what went wrong so that a model can correct itself: code, text, next step.
 * What is neither Dataverse's nor the query's fault becomes one safe sentence with the correlation id.
 */
export async function explainError(error: unknown, metadata: Metadata, correlationId: string): Promise<ExplainedError> {
  if (error instanceof SwitchedOff) return error.explained
  if (error instanceof LimitReached) return { code: error.code, text: error.message, nextStep: error.nextStep }
  if (error instanceof QueryError) return { code: error.code, text: error.message, nextStep: error.nextStep }
  if (error instanceof DataverseTokenRefused) {
    return { code: 'invalid_token', text: 'Dynamics 365 no longer accepts this sign-in.', nextStep: 'Reconnect.' }
  }
  if (error instanceof DataverseError) {
    const nextStep = (await suggestionFor(error, metadata)) ?? nextStepFor(error)
    return { code: error.code, text: causeOf(error), nextStep }
  }
  if (error instanceof KeysUnavailable || error instanceof StorageUnavailable) {
    const text = 'A service that this server needs does not answer right now.'
    return { code: 'temporarily_unavailable', text, nextStep: 'Try again in a minute.' }
  }
  const nextStep = `Try again; if it happens again, tell an administrator the id ${correlationId}.`
  return { code: 'server_error', text: 'This server made a mistake.', nextStep }
}

/** For people as text and for programs as `structuredContent`, but where the output schema has no room for an error. */
export function errorResult(error: ExplainedError, exactOutput = false): CallToolResult {
  const text = `Error ${error.code}: ${error.text}\nNext step: ${error.nextStep}`
  return { isError: true, content: [{ type: 'text', text }], ...(!exactOutput && { structuredContent: { error } }) }
}
