import type { EntraCredential } from '../config/config.ts'
import type { SecretStore } from '../tokens/vault-keys.ts'
import { certificateEnd } from './certificate-end.ts'

/**
 * When the app's proof to Entra ends, in epoch milliseconds. Of a client secret only Key Vault's own date is known,
 * where whoever put it there set one; a managed identity has no end.
 */
export async function credentialEnd(credential: EntraCredential, vault: SecretStore): Promise<number | undefined> {
  if (credential.kind === 'certificate') return certificateEnd(await vault.value(credential.secretName))
  if (credential.kind !== 'vault-secret') return undefined
  const enabled = (await vault.versions(credential.secretName)).filter((version) => version.enabled)
  return enabled.sort((left, right) => right.createdAt - left.createdAt)[0]?.endsAt
}
