import type { Code } from '../advice/advice.ts'
import type { Silence } from './ask-server.ts'

/** @see https://nodejs.org/api/errors.html and https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CODES: Readonly<Record<string, Code>> = {
  ENOTFOUND: 'dns-not-found',
  EAI_AGAIN: 'dns-unavailable',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  UND_ERR_SOCKET: 'connection-lost',
  EHOSTUNREACH: 'network-unreachable',
  ENETUNREACH: 'network-unreachable',
  ETIMEDOUT: 'connection-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connection-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'answer-timeout',
  UND_ERR_HEADERS_OVERFLOW: 'not-http',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  CERT_REVOKED: 'certificate-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-wrong-name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-unknown-issuer',
  CERT_SIGNATURE_FAILURE: 'certificate-unknown-issuer',
  CERT_UNTRUSTED: 'certificate-unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-unknown-issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-unknown-issuer',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-too-old',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls-too-old',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
}

/** Why no answer came, from whatever `fetch` threw. */
export function failureCode(error: unknown, timeoutMs: number): Silence {
  const codes = codesIn(error)
  const known = codes.find((code) => code in CODES)
  if (known !== undefined) return { silent: CODES[known] ?? 'no-answer', detail: known }
  if (codes.includes('TimeoutError') || codes.includes('AbortError'))
    return { silent: 'answer-timeout', detail: `no answer within ${Math.round(timeoutMs / 1000)} s` }
  const byPrefix = codes.find((code) => /^(ERR_SSL_|EPROTO)/.test(code))
  if (byPrefix !== undefined) return { silent: 'tls-failed', detail: byPrefix }
  const parse = codes.find((code) => code === 'HTTPParserError' || code.startsWith('HPE_'))
  if (parse !== undefined) return { silent: 'not-http', detail: parse }
  return { silent: 'no-answer', detail: codes.join(', ') }
}

type Thrown = { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown; readonly errors?: unknown }

/** `fetch` wraps the reason, and an attempt at several addresses wraps one reason for each. */
function codesIn(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 4) return []
  const { name, code, cause, errors } = error as Thrown
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
  return [code, ...inner.flatMap((one) => codesIn(one, depth + 1)), name].filter((one) => typeof one === 'string')
}
