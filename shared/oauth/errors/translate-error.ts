import { EntraFault, EntraUnavailable } from '../../entra/refusals/entra-error.ts'
import type { WireError } from '../../http/wire-error.ts'
import { StorageUnavailable } from '../../storage/ports.ts'
import { KeysUnavailable } from '../../tokens/keys.ts'
import { DocumentRefused, isPassing } from '../clients/documents/document-refused.ts'
import { OAuthError, unavailable } from './oauth-error.ts'

const RETRY_AFTER_SECONDS = 5
/** Until somebody has mended it, asking again soon helps nobody. */
const FAULT_RETRY_AFTER_SECONDS = 30

/** A passing fault of what we depend on is 503 with `Retry-After`, and never ends anybody's session. */
export function translateError(error: unknown): WireError | undefined {
  if (error instanceof EntraUnavailable) return unavailable(error.retryAfter ?? RETRY_AFTER_SECONDS, error)
  if (error instanceof EntraFault) return unavailable(FAULT_RETRY_AFTER_SECONDS, error)
  if (error instanceof StorageUnavailable || error instanceof KeysUnavailable)
    return unavailable(RETRY_AFTER_SECONDS, error)
  if (error instanceof DocumentRefused) return documentError(error)
  return undefined
}

/** Shown, never redirected: where the answer may go stands in the very document that could not be read. */
function documentError(error: DocumentRefused): OAuthError {
  if (isPassing(error.reason)) return unavailable(RETRY_AFTER_SECONDS, error).blaming({ theirs: true })
  return new OAuthError('invalid_client', error.message, { status: 400, cause: error }).about(
    error.addresses,
    error.settings,
  )
}
