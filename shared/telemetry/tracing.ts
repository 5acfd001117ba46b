import { SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'

/** What a span may carry: the same kind of facts as an audit event, never row data, query texts or tokens. */
export type SpanFacts = {
  readonly tool?: string
  readonly entity?: string
  readonly operation?: string
  readonly host?: string
  readonly method?: string
  readonly status?: number
  readonly rows?: number
  readonly retries?: number
}

/** Adds facts that are known only at the end of the work, e.g. the status of the answer. */
export type Note = (facts: SpanFacts) => void

/** OpenTelemetry's own names where its conventions have one, so that Application Insights groups dependencies by host. */
const ATTRIBUTES: Readonly<Record<keyof SpanFacts, string>> = {
  tool: 'mcp.tool.name',
  entity: 'dataverse.entity',
  operation: 'app.operation',
  host: 'server.address',
  method: 'http.request.method',
  status: 'http.response.status_code',
  rows: 'dataverse.rows',
  retries: 'http.request.resend_count',
}

const NAMES = new Map<string, string>(Object.entries(ATTRIBUTES))

const attributesOf = (facts: SpanFacts): Attributes => {
  const attributes: Attributes = {}
  for (const [fact, value] of Object.entries(facts)) {
    const name = NAMES.get(fact)
    if (name !== undefined) attributes[name] = value
  }
  return attributes
}

const run = async <Result>(span: Span, work: (note: Note) => Promise<Result>): Promise<Result> => {
  try {
    return await work((facts) => void span.setAttributes(attributesOf(facts)))
  } catch (error) {
    // An error's message may quote what the person asked for: only its class goes into the trace.
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' })
    throw error
  } finally {
    span.end()
  }
}

const inSpan = <Result>(
  name: string,
  kind: SpanKind,
  facts: SpanFacts,
  work: (note: Note) => Promise<Result>,
): Promise<Result> =>
  trace
    .getTracer('chatgpt-dynamics-mcp')
    .startActiveSpan(name, { kind, attributes: attributesOf(facts) }, (span) => run(span, work))

/** Runs one tool call in a span `tool <name>`; costs nothing until an exporter has been started. */
export const traceToolCall = <Result>(tool: string, work: (note: Note) => Promise<Result>): Promise<Result> =>
  inSpan(`tool ${tool}`, SpanKind.INTERNAL, { tool }, work)

/** Runs one request to Dataverse or Entra in a client span `<service> <operation>`, e.g. `dataverse retrieve`. */
export const traceRequest = <Result>(
  service: 'dataverse' | 'entra',
  facts: SpanFacts & { readonly operation: string },
  work: (note: Note) => Promise<Result>,
): Promise<Result> => inSpan(`${service} ${facts.operation}`, SpanKind.CLIENT, facts, work)
