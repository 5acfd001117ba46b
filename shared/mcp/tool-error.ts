import type { CallToolResult } from '@modelcontextprotocol/server'
import { unknownColumn } from '../dataverse/columns.ts'
import { DataverseError, DataverseTokenRefused, QueryError } from '../dataverse/errors.ts'
import type { Metadata } from '../dataverse/metadata.ts'
import { nextStepFor, unknownPropertyIn } from '../dataverse/next-step.ts'

export type ExplainedError = { readonly code: string; readonly text: string; readonly nextStep: string }

/**
 * Says what went wrong so that a model can correct itself: code, text, next step.
 * What is neither Dataverse's nor the query's fault becomes one safe sentence with the correlation id.
 */
export async function explainError(error: unknown, metadata: Metadata, correlationId: string): Promise<ExplainedError> {
  if (error instanceof QueryError) return { code: error.code, text: error.message, nextStep: error.nextStep }
  if (error instanceof DataverseTokenRefused) {
    return { code: 'invalid_token', text: 'Dynamics 365 no longer accepts this sign-in.', nextStep: 'Reconnect.' }
  }
  if (error instanceof DataverseError) {
    const nextStep = (await suggestColumn(error, metadata)) ?? nextStepFor(error)
    return { code: error.code, text: error.text, nextStep }
  }
  const nextStep = `Try again; if it happens again, tell an administrator the id ${correlationId}.`
  return { code: 'server_error', text: 'This server made a mistake.', nextStep }
}

/** Reads metadata only now that something is wrong; a second failure must not hide the first. */
async function suggestColumn(error: DataverseError, metadata: Metadata): Promise<string | undefined> {
  const unknown = unknownPropertyIn(error)
  if (!unknown) return undefined
  try {
    const entity = await metadata.entity(unknown.entity)
    return unknownColumn(entity.name, await metadata.columns(entity), unknown.column).nextStep
  } catch {
    return undefined
  }
}

/** No `structuredContent`: a 1.x client checks it against the output schema even when `isError` is set. */
export function errorResult(error: ExplainedError): CallToolResult {
  const text = `Error ${error.code}: ${error.text}\nNext step: ${error.nextStep}`
  return { isError: true, content: [{ type: 'text', text }] }
}
