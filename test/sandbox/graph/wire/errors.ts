/** An answer of Microsoft Graph that refuses. @see https://learn.microsoft.com/graph/errors */
export class GraphError extends Error {
  readonly status: number
  readonly code: string
  readonly details: readonly Detail[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, more: More = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = more.details ?? []
    this.headers = more.headers ?? {}
  }
}

type Detail = { readonly code: string; readonly message: string; readonly target?: string }
type More = { readonly details?: readonly Detail[]; readonly headers?: Readonly<Record<string, string>> }

export const badRequest = (message: string, ...details: Detail[]) =>
  new GraphError(400, 'Request_BadRequest', message, { details })

/** @see https://learn.microsoft.com/graph/resolve-auth-errors "403 Forbidden or 401 Unauthorized errors" */
export const denied = () =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')

export const notFound = (id: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )

export const unauthorised = (message: string) =>
  new GraphError(401, 'InvalidAuthenticationToken', message, { headers: { 'www-authenticate': 'Bearer realm=""' } })

export const unknownSegment = (segment: string) =>
  new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`)

export const unsupportedQuery = (message: string) => new GraphError(400, 'Request_UnsupportedQuery', message)

export const sameKey = (message: string) => new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', message)

/** What Graph says where another object of the tenant has the value already. */
export const conflict = (property: string) =>
  badRequest(`Another object with the same value for property ${property} already exists.`, {
    code: 'ObjectConflict',
    message: `Another object with the same value for property ${property} already exists.`,
    target: property,
  })

/** @see https://learn.microsoft.com/graph/throttling */
export const throttled = (seconds: number) =>
  new GraphError(429, 'TooManyRequests', 'Too many requests.', { headers: { 'retry-after': String(seconds) } })

type Ids = { readonly date: string; readonly requestId: string; readonly clientRequestId: string }

/** @see https://learn.microsoft.com/graph/errors#json-representation */
export const errorBody = (error: GraphError, ids: Ids) => ({
  error: {
    code: error.code,
    message: error.message,
    ...(error.details.length > 0 && { details: error.details }),
    innerError: { date: ids.date, 'request-id': ids.requestId, 'client-request-id': ids.clientRequestId },
  },
})
