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
  | 'me.opened'
  | 'me.failed'
  | 'entra.fault'
  | 'token.issued'
  | 'token.refused'
  | 'code.reused'
  | 'refresh.reused'
  | 'refresh.repeated'
  | 'grant.revoked'
  | 'grant.ended'
  | 'tool.called'
  | 'change.previewed'
  | 'change.attempted'
  | 'change.applied'
  | 'change.refused'
  | 'change.unknown'
  | 'change.declined'
  | 'writes.unmatched'
  | 'scope.challenged'
  | 'resource.read'
  | 'reports.loaded'
  | 'reports.unavailable'
  | 'report.skipped'
  | 'terms.loaded'
  | 'terms.unavailable'
  | 'term.skipped'
  | 'prompt.read'
  | 'hides.unmatched'
  | 'mcp.refused'
  | 'manage.called'
  | 'manage.refused'
  | 'switch.set'
  | 'rate.limited'
  | 'limit.reached'
  | 'request.refused'
  | 'request.failed'
  | 'config.invalid'
  | 'sweep.completed'
  | 'key.checked'
  | 'credential.checked'
  | 'noise.counted'
  | 'audit.failed'

/**
 * The allow-list of fields (house rule 13): identifiers, codes, counts and durations, and of a query its shape; never
 * row data or tokens. Values that a person asked for, and their sign-in name, only where a setting says so.
 */
export type EventFields = {
  /** Entra object id of the person. */
  userId?: string
  /** The person's sign-in name, where `AUDIT_UPN` says so. */
  upn?: string
  clientId?: string
  /** As the client calls itself; not verified. */
  clientName?: string
  /** The address that the outermost trusted hop saw. */
  clientAddress?: string
  grantId?: string
  /** What a sign-in or a token grants, between blanks: `dynamics.read`, `dynamics.write`. */
  scope?: string
  redirectHost?: string
  /** Addresses that were refused or left out, of redirects or a document, between blanks: without user names and queries. */
  redirectUri?: string
  /** The function or step of the flow, e.g. `callback.on-behalf-of`. */
  step?: string
  tool?: string
  /** Logical name of the table asked for. */
  entity?: string
  report?: string
  /** JSON: the shapes of the queries that were sent, with names bound; values or their kinds, by `AUDIT_DETAILS`. */
  queries?: string
  /** JSON: parameters of a report, values or their kinds. */
  parameters?: string
  /** Words that were searched for, or how many. */
  search?: string
  /** JSON: by table, ids of the records whose values the answer holds. */
  records?: string
  /** Records beyond those that `records` names. */
  moreRecords?: number
  /** Tables of whose rows the answer holds values without ids, between blanks: totals, groups, what is distinct. */
  recordsUnnamed?: string
  /** What was left out to keep the event small: `values`, `conditions`, `queries`, or the name of a field. */
  cut?: string
  outcome?: 'ok' | 'refused' | 'error'
  /** A wire or platform code: `invalid_grant`, `AADSTS65001`, `0x80040220`. */
  code?: string
  /** One safe sentence of ours, for the log only. */
  reason?: string
  status?: number
  rows?: number
  /** Of the whole result of a tool. */
  bytes?: number
  dataverseRequests?: number
  /** Of those, the ones that Dataverse answered by telling the app to wait. */
  dataverseThrottled?: number
  /** Dataverse's own ids of those requests, to give to Microsoft support. */
  dataverseRequestIds?: string
  durationMs?: number
  correlationId?: string
  /** Entra's own correlation id, to give to Microsoft support. */
  entraCorrelationId?: string
  count?: number
  /** Of a change: `create_record` and its kin without `_record`. */
  operation?: string
  /** Of the record that a change is about. */
  recordId?: string
  /** Logical names of the columns that a change sets, between commas; 30 at most. */
  columns?: string
  /** UUID of one previewed change, through all its events; of a new record its key. */
  changeId?: string
  /** Keyed hash of what went to Dataverse: shows whether a given change was this one, and nothing else. */
  bodyHash?: string
  /** Who confirmed: `host`, `elicitation` or `card`; `asked` where the answer is the question to the person. */
  confirmation?: string
  /** Present where records like it were shown and accepted. */
  duplicatesAccepted?: 'yes'
  /** Present where the same call had done it before. */
  replayed?: 'yes'
  /** Name of the events that were only counted; of what was checked, switched or skipped, which it is; of `show_answer` the tool that it ran. */
  kind?: string
  /** Names of settings and what is wrong with each; never a value of one. */
  settings?: string
}

export type AuditEvent = { readonly name: EventName } & EventFields

export type Audit = (event: AuditEvent) => void

/** The audit of one invocation. */
export type InvocationAudit = {
  readonly audit: Audit
  /** Resolves once what was told is where it must be before the answer. @throws AuditUnreachable */
  readonly settled: () => Promise<void>
}
