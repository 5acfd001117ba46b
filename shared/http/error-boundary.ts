import type { Endpoint, Incoming, Outgoing } from './message.ts'
import { reasonOf } from './reason-of.ts'
import { WireError } from './wire-error.ts'

/** How a wire error is shown: as RFC 6749 JSON or as a page. */
export type ShowError = (error: WireError, request: Incoming) => Outgoing
/** Knows the errors of the layers below; `undefined` for a fault that nobody foresaw. */
export type TranslateError = (error: unknown) => WireError | undefined

/** The one place where errors are caught. What was not foreseen is `server_error` with a correlation id. */
export function withErrorBoundary(endpoint: Endpoint, translate: TranslateError, show: ShowError): Endpoint {
  return async (request) => {
    try {
      return await endpoint(request)
    } catch (thrown) {
      const known = thrown instanceof WireError ? thrown : translate(thrown)
      const error = known ?? new WireError(500, 'server_error', 'Something went wrong on our side.', { cause: thrown })
      if (error.status >= 500) {
        const { correlationId, path } = request
        request.audit({
          ...{ name: 'request.failed', step: path, status: error.status, code: error.code },
          ...{ correlationId, reason: reasonOf(thrown) },
        })
      }
      return show(error, request)
    }
  }
}
