import type { Dependency, DependencyFault } from './plan.ts'

export type Refusal = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
type Refusing = Extract<DependencyFault, 'throttled' | 'failing' | 'page'>

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const PAGE: Refusal = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Bad Gateway</title><h1>Bad Gateway</h1>',
}

const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Refusal => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(value),
})

const dataverseError = (code: string, message: string) => ({ error: { code, message } })
const tableError = (code: string, value: string) => ({ 'odata.error': { code, message: { lang: 'en-US', value } } })
const vaultError = (code: string, message: string) => ({ error: { code, message } })

/** As each service words it: a client that reads the body must find there what it would find in Azure. */
const REFUSALS: Readonly<Record<Dependency, Readonly<Record<Exclude<Refusing, 'page'>, Refusal>>>> = {
  entra: {
    throttled: json(
      429,
      { error: 'temporarily_unavailable', error_description: 'AADSTS90055: too many requests.', error_codes: [90055] },
      { 'retry-after': '2' },
    ),
    failing: { status: 503, headers: { 'content-type': 'application/json' }, body: '"The service is unavailable."' },
  },
  dataverse: {
    throttled: json(429, dataverseError('0x80072322', 'Number of requests exceeded the limit of 6000.'), {
      'retry-after': '1',
    }),
    failing: json(503, dataverseError('0x8004a104', 'The service is temporarily unavailable.'), { 'retry-after': '1' }),
  },
  storage: {
    throttled: json(503, tableError('ServerBusy', 'The server is busy.'), { 'x-ms-error-code': 'ServerBusy' }),
    failing: json(500, tableError('InternalError', 'The server encountered an internal error.'), {
      'x-ms-error-code': 'InternalError',
    }),
  },
  vault: {
    throttled: json(429, vaultError('Throttled', 'Request was not processed.'), { 'retry-after': '1' }),
    failing: json(500, vaultError('InternalServerError', 'An unexpected error occurred.')),
  },
}

export const refusalOf = (dependency: Dependency, kind: Refusing): Refusal =>
  kind === 'page' ? PAGE : REFUSALS[dependency][kind]
