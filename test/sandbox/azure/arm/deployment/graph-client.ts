import { isObject, type ObjectValue, type Value } from '../expression/values.ts'
import type { GraphClient } from './graph-resources.ts'

export type GraphClientOptions = {
  readonly fetch: typeof fetch
  /** A token of whoever deploys, for https://graph.microsoft.com. */
  readonly token: () => Promise<string>
  /** Default: https://graph.microsoft.com/v1.0 */
  readonly baseUrl?: string
}

const toObject = (text: string): ObjectValue => {
  if (text === '') return {}
  const value = JSON.parse(text) as Value
  return isObject(value) ? value : {}
}

/** Microsoft Graph over HTTP, as the Bicep extension calls it for a deployment. */
export const createGraphClient =
  ({ fetch, token, baseUrl = 'https://graph.microsoft.com/v1.0' }: GraphClientOptions): GraphClient =>
  async (method, path, body, headers) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: toObject(await response.text()) }
  }
