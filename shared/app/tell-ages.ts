import type { EntraCredential } from '../config/config.ts'
import { credentialEnd } from '../entra/credential-end.ts'
import type { Audit } from '../telemetry/events.ts'
import type { SecretStore } from '../tokens/vault-keys.ts'

const DAY_MS = 86_400_000

export type AgesDeps = {
  readonly vault: SecretStore
  readonly sealingKey: string
  readonly credential: EntraCredential
  readonly now: () => number
  readonly audit: Audit
}

/**
 * Tells in whole days how old the sealing key is and how long the app's proof to Entra still lasts, so that an alert can
 * come before the end. A vault that is away is told elsewhere. Never rejects.
 */
export async function tellAges(deps: AgesDeps): Promise<void> {
  await Promise.allSettled([tellKey(deps), tellCredential(deps)])
}

async function tellKey({ vault, sealingKey, now, audit }: AgesDeps): Promise<void> {
  const made = (await vault.versions(sealingKey)).filter(({ enabled }) => enabled).map(({ createdAt }) => createdAt)
  if (made.length === 0) return
  audit({ name: 'key.checked', kind: 'sealing-key', count: Math.floor((now() - Math.max(...made)) / DAY_MS) })
}

async function tellCredential({ vault, credential, now, audit }: AgesDeps): Promise<void> {
  const end = await credentialEnd(credential, vault)
  if (end === undefined) return
  audit({ name: 'credential.checked', kind: credential.kind, count: Math.floor((end - now()) / DAY_MS) })
}
