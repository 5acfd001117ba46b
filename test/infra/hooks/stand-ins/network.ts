import { publicEntrance } from '../../../sandbox/azure/network/entrance.ts'
import { ME, PROVISIONED, SUBSCRIPTION, VAULT_ID } from '../stage.ts'
import { createVault, type Refusal } from './vault.ts'

export const HERE = '203.0.113.7'
export const ACCOUNT_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-contoso/providers/Microsoft.Storage/storageAccounts/sttokens`
export const PRIVATE = {
  ...PROVISIONED,
  PRIVATE_NETWORK: 'true',
  KEY_OFFICER_PRINCIPAL_ID: ME,
  TOKEN_ACCOUNT_NAME: 'sttokens',
  TABLES_ENDPOINT: 'https://sttokens.table.core.windows.net',
}
export const CLOSED = {
  publicNetworkAccess: 'Disabled',
  networkAcls: { defaultAction: 'Deny', ipRules: [] as { value: string }[] },
}

export type Options = {
  /** Of the desk, request by request of the vault. */
  readonly address?: (asked: number) => string
  readonly inside?: boolean
  /** Answers of Azure Resource Manager in place of doing it. */
  readonly arm?: (body: typeof CLOSED | undefined, asked: number) => Response | undefined
  /** Of the vault, once the network lets through. */
  readonly vault?: Parameters<typeof createVault>[0]
  /** Rules never act. */
  readonly deaf?: boolean
  readonly left?: { readonly vault?: typeof CLOSED; readonly account?: typeof CLOSED }
}

export const armError = (status: number, code: string) =>
  Response.json({ error: { code, message: `${code}.` } }, { status })

/** Azure's network around a vault and an account, with the stand-in's own rules. */
export const createAzure = ({ address = () => HERE, inside = false, arm, vault, deaf = false, left = {} }: Options) => {
  const state = new Map([
    [VAULT_ID, left.vault ?? CLOSED],
    [ACCOUNT_ID, left.account ?? CLOSED],
  ])
  const written: string[] = []
  let [asked, managed] = [0, 0]
  const keptOut = (id: string): Refusal | undefined => {
    asked += 1
    const entrance =
      deaf && state.get(id)?.networkAcls.ipRules.length
        ? { refused: address(asked) }
        : publicEntrance(state.get(id)!, address(asked))
    if (inside || entrance === 'open') return undefined
    return entrance === 'closed'
      ? { status: 403, code: 'ForbiddenByConnection', message: 'Connection is not an approved private link.' }
      : {
          status: 403,
          code: 'ForbiddenByFirewall',
          message: `Client address is not authorized.\r\nClient address: ${entrance.refused}\r\nVault: kv`,
        }
  }
  const keys = createVault((count, method) => keptOut(VAULT_ID) ?? vault?.(count, method))
  const manage = async (request: Request): Promise<Response> => {
    const id = new URL(request.url).pathname
    managed += 1
    const body =
      request.method === 'PATCH' ? ((await request.json()) as { properties: typeof CLOSED }).properties : undefined
    const instead = arm?.(body, managed)
    if (instead) return instead
    if (body !== undefined) {
      state.set(id, body)
      const whom = body.networkAcls.ipRules.map(({ value }) => value).join()
      written.push(`${id.split('/').at(-1)}: ${body.publicNetworkAccess} ${body.networkAcls.defaultAction} [${whom}]`)
    }
    return Response.json({ id, properties: state.get(id) })
  }
  const serve: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const { host } = new URL(request.url)
    if (host === 'management.azure.com') return manage(request)
    if (host.startsWith('sttokens.'))
      return keptOut(ACCOUNT_ID)
        ? new Response('', { status: 403, headers: { 'x-ms-error-code': 'AuthorizationFailure' } })
        : new Response('{}')
    return keys.fetch(input, init)
  }
  return {
    fetch: serve,
    written,
    state,
    secrets: keys.secrets,
    isClosed: () => [...state.values()].every(({ publicNetworkAccess }) => publicNetworkAccess === 'Disabled'),
  }
}
