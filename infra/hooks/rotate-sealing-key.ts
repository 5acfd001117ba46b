import { required, runHook } from './environment.ts'
import { explainVaultError, openVault, writeKey } from './keys.ts'

await runHook(async () => {
  await writeKey(openVault(required('KEY_VAULT_URL')), 'sealing-key')
  console.log('sealing-key: a new version is in use within minutes.')
  console.log('Sessions sealed with the old one stay readable for 30 days; nobody has to connect again.')
}, explainVaultError)
