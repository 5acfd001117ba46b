import type { INetworkModule, NetworkRequestOptions } from '@azure/msal-node'
import { within } from '../telemetry/deadline.ts'
import { traceRequest } from '../telemetry/tracing.ts'
import { type EntraAnswer, readAnswer } from './refusals/entra-answer.ts'

const TIMEOUT_MS = 10_000

type Answer = { headers: Record<string, string>; body: unknown; status: number }

/** MSAL's way to Entra: bounded in time, and it keeps the last answer, which MSAL's own errors show only in part. */
export type NetworkClient = INetworkModule & { readonly lastAnswer: () => EntraAnswer | undefined }

export function createNetworkClient(fetch: typeof globalThis.fetch): NetworkClient {
  let last: EntraAnswer | undefined
  const send = async (url: string, method: 'GET' | 'POST', options?: NetworkRequestOptions): Promise<Answer> => {
    last = undefined
    const { host, pathname } = new URL(url)
    const operation = pathname.split('/').at(-1) ?? ''
    const answer = await traceRequest('entra', { operation, host, method }, async (note) => {
      const response = await within(TIMEOUT_MS, (signal) => request(url, signal, method, options))
      note({ status: response.status })
      return response
    })
    last = readAnswer(answer.status, answer.headers['retry-after'] ?? null, answer.body)
    return answer
  }
  const request = async (
    url: string,
    signal: AbortSignal,
    method: 'GET' | 'POST',
    options?: NetworkRequestOptions,
  ): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      redirect: 'error',
      signal,
      ...(options?.headers ? { headers: options.headers } : {}),
      ...(options?.body === undefined ? {} : { body: options.body }),
    })
    const body = parseJson(await response.text())
    return { headers: Object.fromEntries(response.headers), body, status: response.status }
  }
  // MSAL's signature promises a body of any type; what the body really is, MSAL and readAnswer check.
  return {
    sendGetRequestAsync: ((url, options) => send(url, 'GET', options)) as INetworkModule['sendGetRequestAsync'],
    sendPostRequestAsync: ((url, options) => send(url, 'POST', options)) as INetworkModule['sendPostRequestAsync'],
    lastAnswer: () => last,
  }
}

/** A gateway's HTML page in place of JSON must not end as a SyntaxError in MSAL. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
