import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Outgoing } from '../../http/message.ts'
import { rpcError } from '../endpoint/rpc-error.ts'

/** What a client that cannot do more is told, where its grant does not hold all that a call asks. */
export type StepUp = { readonly publicBaseUrl: string; readonly scope: string }

const DESCRIPTION = 'Changing records needs the permission dynamics.write'
const TEXT = 'Changing records needs your permission first. Allow it in the window that opens, then ask again.'
const NEXT_STEP = 'Wait until the person has allowed it, then send the same call.'

/**
 * All that the call needs in one challenge, with what the grant holds already: some clients unite it with that, others
 * put it in its place. ChatGPT opens no window without both `error` and `error_description`.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#scope-challenge-handling
 */
const challenge = ({ publicBaseUrl, scope }: StepUp): string =>
  `Bearer error="insufficient_scope", error_description="${DESCRIPTION}", scope="${scope}", resource_metadata="${publicBaseUrl}/.well-known/oauth-protected-resource/mcp"`

/** As a status of HTTP, which every client of 2026-07-28 knows. */
export const challengeOfHttp = (stepUp: StepUp): Outgoing =>
  rpcError(403, TEXT, { 'www-authenticate': challenge(stepUp) })

/** As the result of a tool, which ChatGPT acts on in the middle of a conversation. @see https://developers.openai.com/apps-sdk/build/auth */
export const challengeOfTool = (stepUp: StepUp): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: TEXT }],
  structuredContent: { error: { code: 'insufficient_scope', text: TEXT, nextStep: NEXT_STEP } },
  _meta: { 'mcp/www_authenticate': [challenge(stepUp)] },
})
