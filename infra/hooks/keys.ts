import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'

/** The part of Key Vault's client that is used. */
export type Vault = Pick<SecretClient, 'getSecret' | 'setSecret'>

/** As infra/main.bicep names them in the app's settings. */
export const KEY_NAMES = ['sealing-key', 'index-key'] as const

/** Opens the vault as the person who is signed in to `azd` or `az`. */
export const openVault = (url: string): Vault =>
  new SecretClient(url, new ChainedTokenCredential(new AzureDeveloperCliCredential(), new AzureCliCredential()))

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : undefined

/** Adds a version with 256 random bits in base64url; older versions stay. */
export const writeKey = async (vault: Vault, name: string): Promise<void> => {
  await vault.setSecret(name, randomBytes(32).toString('base64url'), { contentType: 'base64url, 256 bits' })
}

/** Creates the key unless one of that name exists, and says which. A key is never replaced. */
export const createKeyIfAbsent = async (vault: Vault, name: string): Promise<'created' | 'kept'> => {
  try {
    await vault.getSecret(name)
    return 'kept'
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
  await writeKey(vault, name)
  return 'created'
}

/** Role assignments take up to a few minutes to act: a refusal (403) is asked again, anything else is not. */
export const retryWhileForbidden = async <Result>(
  work: () => Promise<Result>,
  { attempts = 13, pauseMs = 15_000 }: { attempts?: number; pauseMs?: number } = {},
): Promise<Result> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (statusOf(error) !== 403 || attempt >= attempts) throw error
      await sleep(pauseMs)
    }
  }
}

/** What to do about an error of the vault, as commands. */
export const explainVaultError = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  if (statusOf(error) === 403)
    return [
      `Key Vault refused: ${message}`,
      'You need the role "Key Vault Secrets Officer" on this vault. Give it to yourself and run the step again:',
      '  azd env set KEY_OFFICER_PRINCIPAL_ID "$(az ad signed-in-user show --query id -o tsv)"',
      '  azd provision',
    ].join('\n')
  if (statusOf(error) === 409)
    return `${message}\nA key of that name was deleted. Recover it, do not replace it:\n  az keyvault secret recover --vault-name <vault> --name <key>`
  return message
}
