import { adminConsentUrl } from './admin-consent.ts'
import { required, runHook } from './environment.ts'
import { createKeyIfAbsent, explainVaultError, KEY_NAMES, openVault, retryWhileForbidden } from './keys.ts'

const createKeys = async (): Promise<void> => {
  const vault = openVault(required('KEY_VAULT_URL'))
  for (const name of KEY_NAMES) {
    const outcome = await retryWhileForbidden(() => createKeyIfAbsent(vault, name))
    console.log(`${name}: ${outcome}`)
  }
}

await runHook(async () => {
  await createKeys()
  const url = adminConsentUrl({
    authorityHost: required('ENTRA_AUTHORITY_HOST'),
    tenantId: required('AZURE_TENANT_ID'),
    clientId: required('ENTRA_CLIENT_ID'),
  })
  console.log(`\nOnce per tenant, an administrator opens this address and accepts:\n  ${url}\n`)
}, explainVaultError)
