import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyWith } from '../../sandbox/azure/access/bearer.ts'
import { ROLES } from '../../sandbox/azure/access/role-definitions.ts'
import { startFront } from '../../sandbox/azure/front/front.ts'
import { createKeyVault } from '../../sandbox/azure/key-vault/key-vault.ts'
import { startIdentityEndpoint } from '../../sandbox/azure/managed-identity/identity-endpoint.ts'
import type { Entra } from '../../sandbox/entra/start.ts'
import { TENANT_ID } from '../../sandbox/people.ts'
import { createFaulty, type Faulty, type Forward, forwardTo } from '../faults/fault-proxy.ts'

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-chaos'
const VAULT = { name: 'kv-chaos', id: `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-chaos` }
const VAULT_URL = `https://${VAULT.name}.vault.azure.net`
const IDENTITY = {
  clientId: '5d2f0c6e-7a1b-4c3d-9e8f-0a1b2c3d4e5f',
  principalId: 'b8a7c6d5-e4f3-4a2b-9c1d-0e9f8a7b6c5d',
  id: `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-chaos`,
}
const OFFICER = 'c9b8d7e6-f5a4-4b3c-8d2e-1f0a9b8c7d6e'

const assignment = (principalId: string, roleDefinitionId: string) => ({
  scope: VAULT.id,
  principalId,
  principalType: 'ServicePrincipal' as const,
  roleDefinitionId,
  since: 0,
})
const ASSIGNMENTS = [
  assignment(IDENTITY.principalId, ROLES.keyVaultSecretsUser.id),
  assignment(OFFICER, ROLES.keyVaultSecretsOfficer.id),
]

export type Vault = Pick<Faulty, 'set'> & {
  readonly settings: Readonly<Record<string, string>>
  /** A new version of the sealing key, as an officer makes it. */
  readonly rotate: () => Promise<void>
  readonly close: () => Promise<void>
}

async function listen(handler: Parameters<typeof createServer>[1]) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { port: (server.address() as AddressInfo).port, close }
}

/** Writes a secret as its officer does. @throws Error when the vault refuses */
async function putSecret(entra: Entra, forward: Forward, name: string): Promise<void> {
  const token = await entra.mintIdentityToken({ resource: 'https://vault.azure.net', principalId: OFFICER })
  const headers = {
    host: new URL(VAULT_URL).host,
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  }
  const body = Buffer.from(JSON.stringify({ value: randomBytes(32).toString('base64url') }))
  const answer = await forward({ method: 'PUT', url: `/secrets/${name}?api-version=7.6`, headers }, body)
  if (answer.status !== 200) throw new Error(`the vault refused ${name}: ${answer.body.toString()}`)
}

/** The key vault under its real name, with both keys in it, and the identity that opens it. */
export async function startVault(entra: Entra, roll: () => number): Promise<Vault> {
  const verify = verifyWith(entra.verifyBearer)
  const access = { roleAssignments: () => ASSIGNMENTS, now: Date.now }
  const vault = createKeyVault({ vaults: () => [VAULT], tenantId: TENANT_ID, authority: entra.url, verify, access })
  const service = await listen(vault.handler)
  const forward = forwardTo(() => service.port)
  const faulty = createFaulty('vault', forward, roll)
  const front = await startFront({
    routes: { '.vault.azure.net': { handler: faulty.handler, exists: vault.exists } },
  })
  const identity = await startIdentityEndpoint({
    identities: () => [IDENTITY],
    mint: ({ id, ...ask }) => entra.mintIdentityToken({ ...ask, resourceId: id }),
  })
  for (const name of ['sealing-key', 'index-key']) await putSecret(entra, forward, name)
  return {
    set: faulty.set,
    settings: {
      KEY_VAULT_URL: VAULT_URL,
      MANAGED_IDENTITY_CLIENT_ID: IDENTITY.clientId,
      ...identity.environment,
      ...front.environment,
    },
    rotate: () => putSecret(entra, forward, 'sealing-key'),
    close: async () => {
      await Promise.allSettled([front.close(), identity.close(), service.close()])
    },
  }
}
