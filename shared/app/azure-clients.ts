import { TableClient } from '@azure/data-tables'
import type { SecretClientOptions } from '@azure/keyvault-secrets'
import type { Config } from '../config/config.ts'
import { tokenExchangeScope } from '../entra/client-credential.ts'
import type { Credential } from './lazy/credential.ts'
import { loadOnce } from './lazy/load-once.ts'
import { KeysUnavailable } from '../tokens/keys.ts'
import type { SecretStore } from '../tokens/vault-keys.ts'

const TIMEOUT_MS = 5_000
const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

/** One request, each time that it is made. */
type Attempt = { abortSignal?: unknown }

/**
 * Without a deadline an unanswered call would hold the request until the host gives up. The client's own time-out runs on
 * where a connection breaks, and looks at no answer beyond its head.
 */
const deadlinePolicy = {
  name: 'deadlinePolicy',
  sendRequest: async <T>(request: Attempt, next: (request: never) => Promise<T>): Promise<T> => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), TIMEOUT_MS)
    request.abortSignal = deadline.signal
    try {
      return await next(request as never)
    } finally {
      clearTimeout(timer)
      delete request.abortSignal
    }
  },
}
const OPTIONS = {
  retryOptions: RETRIES,
  additionalPolicies: [{ policy: deadlinePolicy, position: 'perRetry' as const }],
}

/** A client of one table; makes no request. */
export function createTableClient({ tables }: Config, credential: Credential, name: string): TableClient {
  if (tables.endpoint) return new TableClient(tables.endpoint, name, credential, OPTIONS)
  return TableClient.fromConnectionString(tables.connectionString ?? '', name, {
    ...OPTIONS,
    allowInsecureConnection: true,
  })
}

/** Key Vault's secrets; the client is loaded at its first use. Only tests give a transport. */
export function createSecretStore(
  vaultUrl: string,
  credential: Credential,
  transport: Pick<SecretClientOptions, 'httpClient'> = {},
): SecretStore {
  const client = loadOnce('the client of Key Vault', async () => {
    const { SecretClient } = await import('@azure/keyvault-secrets')
    return new SecretClient(vaultUrl, credential, { ...OPTIONS, ...transport })
  })
  return {
    versions: async (name) => {
      const found = []
      for await (const one of (await client()).listPropertiesOfSecretVersions(name))
        found.push({
          id: one.version ?? '',
          createdAt: one.createdOn?.getTime() ?? 0,
          enabled: one.enabled === true && one.version !== undefined,
          ...(one.expiresOn && { endsAt: one.expiresOn.getTime() }),
        })
      return found
    },
    value: async (name, version) => {
      const secret = await (await client()).getSecret(name, version === undefined ? {} : { version })
      if (secret.value === undefined) throw new KeysUnavailable(`the secret ${name} has no value`)
      return secret.value
    },
  }
}

/** A token of the managed identity that Entra takes as the app's own proof; the credential keeps it until it ends. */
export async function managedIdentityAssertion({ entra }: Config, credential: Credential): Promise<string> {
  const token = await credential.getToken(tokenExchangeScope(entra.authorityHost))
  if (!token) throw new KeysUnavailable('the managed identity gave no token')
  return token.token
}
