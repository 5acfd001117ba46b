import { parseJson } from '../../dataverse/web-api/parse-json.ts'

const MOST_MESSAGES = 10
const OPENING_BRACKET = '['

/** A batch (2025-03-26 alone has them) of thousands of calls would be an amplifier against Dataverse. */
export function isOversizedBatch(body: Uint8Array): boolean {
  const messages = isBatch(body) ? parseJson(new TextDecoder().decode(body)) : undefined
  return Array.isArray(messages) && messages.length > MOST_MESSAGES
}

export function isBatch(body: Uint8Array): boolean {
  return new TextDecoder().decode(body).trimStart().startsWith(OPENING_BRACKET)
}
