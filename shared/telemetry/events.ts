/** Every event that this app logs. A name not listed here cannot be logged. */
export type EventName =
  | 'client.registered'
  | 'client.refused'
  | 'consent.shown'
  | 'consent.approved'
  | 'consent.denied'
  | 'authorize.refused'
  | 'signin.completed'
  | 'signin.failed'
  | 'entra.fault'
  | 'token.issued'
  | 'token.refused'
  | 'code.reused'
  | 'refresh.reused'
  | 'refresh.repeated'
  | 'grant.revoked'
  | 'tool.called'
  | 'resource.read'
  | 'reports.loaded'
  | 'reports.unavailable'
  | 'report.skipped'
  | 'prompt.read'
  | 'mcp.refused'
  | 'manage.called'
  | 'manage.refused'
  | 'rate.limited'
  | 'request.refused'
  | 'request.failed'
  | 'config.invalid'
  | 'sweep.completed'

/** The allow-list of fields (house rule 13): identifiers, codes, counts and durations; never row data, tokens or names. */
export type EventFields = {
  /** Entra object id of the person. */
  userId?: string
  clientId?: string
  grantId?: string
  redirectHost?: string
  /** Addresses that were refused or left out, of redirects or a document, between blanks: without user names and queries. */
  redirectUri?: string
  /** The function or step of the flow, e.g. `callback.on-behalf-of`. */
  step?: string
  tool?: string
  /** Logical name of the table asked for. */
  entity?: string
  report?: string
  outcome?: 'ok' | 'refused' | 'error'
  /** A wire or platform code: `invalid_grant`, `AADSTS65001`, `0x80040220`. */
  code?: string
  /** One safe sentence of ours, for the log only. */
  reason?: string
  status?: number
  rows?: number
  dataverseRequests?: number
  durationMs?: number
  correlationId?: string
  /** Entra's own correlation id, to give to Microsoft support. */
  entraCorrelationId?: string
  count?: number
  /** Names of settings and what is wrong with each; never a value of one. */
  settings?: string
}

export type AuditEvent = { readonly name: EventName } & EventFields

export type Audit = (event: AuditEvent) => void
