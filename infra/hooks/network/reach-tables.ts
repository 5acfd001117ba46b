import { type Context, Stop } from '../run/context.ts'
import { required, seconds } from '../run/environment.ts'
import { accessToken } from '../tools/azure-cli.ts'

const RESOURCE = 'https://storage.azure.com'
const HOST = /^https:\/\/[a-z0-9]{3,24}\.table\.core\.windows\.net\/?$/
const VERSION = '2019-02-02'
const TIMEOUT_MS = 30_000
const PAUSE_MS = 5_000
const RULE_WAIT_S = 600

/** What the firewall says, and no missing role. @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
const KEPT_OUT = /^(AuthorizationFailure|PublicAccessNotPermitted)$/

const isIn = async (context: Context, url: string, token: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}`, 'x-ms-version': VERSION, accept: 'application/json' }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await context.fetch(`${url.replace(/\/$/, '')}/Tables?$top=1`, {
      headers,
      redirect: 'error',
      signal,
    })
    await response.arrayBuffer()
    return !KEPT_OUT.test(response.headers.get('x-ms-error-code') ?? '')
  } catch {
    return false
  }
}

/**
 * Waits until the account of the tables lets this machine in, whatever role it then asks for.
 * @throws Stop when the rule does not act in time
 */
export const waitForTables = async (context: Context, address: string): Promise<void> => {
  const url = required(context, 'TABLES_ENDPOINT')
  if (!HOST.test(url))
    throw new Stop(`TABLES_ENDPOINT is not an address of tables: ${url}`, ['azd provision platform --no-state'])
  const token = await accessToken(context, { resource: RESOURCE })
  const until = context.now() + seconds(context, 'NETWORK_WAIT_SECONDS', RULE_WAIT_S)
  for (let said = false; !(await isIn(context, url, token)); said = true) {
    if (context.now() >= until)
      throw new Stop(
        `The tables do not let ${address} in, although a rule names it: requests of this machine may reach them from another address (several ways out of your network, or a machine in the same Azure region).\nType the same on a machine in the network: infra/private-network.md says how.`,
      )
    if (!said) context.say(`  waiting: the rule for ${address} does not act yet`)
    await context.sleep(Math.min(PAUSE_MS, until - context.now()))
  }
}
