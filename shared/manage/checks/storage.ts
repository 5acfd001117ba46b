import type { Random } from '../../tokens/token.ts'
import { ProbeFailed, type StorageProbe } from '../../storage/ports.ts'
import { type AzureFailure, azureFailure } from '../azure-failure.ts'
import { type Check, failed, ok, type Verdict } from '../finding.ts'

export type StorageDeps = { readonly probe: StorageProbe; readonly now: () => number; readonly random: Random }

/** Long enough for a slow deletion, short enough for the next sweep. */
const ROW_LIVES_MS = 10 * 60_000

/** Whether the app may write, read and delete in its tables, where every sign-in rests. */
export const storageCheck = ({ probe, now, random }: StorageDeps): Check => ({
  name: 'storage',
  run: async () => {
    try {
      await probe.run(random(16).toString('hex'), now() + ROW_LIVES_MS)
      return [ok('A row was written to the table switches, read back and deleted.')]
    } catch (error) {
      if (error instanceof ProbeFailed) return [verdictOn(error)]
      throw error
    }
  },
})

function verdictOn(error: ProbeFailed): Verdict {
  const { kind, said } = azureFailure(error.cause)
  const found = `To ${error.step} a row of the table switches failed (${said}).`
  return failed({ ...ADVICE[kind], found })
}

const MEANS = 'Nobody can sign in, and whoever is connected is cut off when the access token ends.'
const ROLE = {
  code: 'storage-forbidden',
  means: `The app’s identity lacks the role Storage Table Data Contributor on the account of the tables. ${MEANS}`,
  fix: 'Run: azd provision platform --no-state. A role that was given only now acts after up to ten minutes: then run the check again.',
} as const
const AWAY = {
  code: 'storage-unreachable',
  means: `The table service did not answer. ${MEANS}`,
  fix: 'Check TABLES_ENDPOINT (azd env get-value TABLES_ENDPOINT) and that the storage account exists; then run the check again.',
} as const

const ADVICE: Readonly<Record<AzureFailure['kind'], Omit<Extract<Verdict, { code: string }>, 'status' | 'found'>>> = {
  forbidden: ROLE,
  closed: {
    code: 'storage-closed',
    means: `The network of the storage account keeps the app out: it is no missing role. With PRIVATE_NETWORK on, the app came by the public way, for its private endpoint, the DNS zone or the zone’s link is gone. ${MEANS}`,
    fix: 'Run: azd provision platform --no-state, which makes endpoint, zone and link anew, or without PRIVATE_NETWORK opens the account. What it does not mend stands in the Azure portal: the storage account of the tables, Networking.',
  },
  identity: {
    code: 'identity-missing',
    means: `The app got no token of its managed identity. ${MEANS}`,
    fix: 'Run: azd provision platform --no-state. It attaches the identity that MANAGED_IDENTITY_CLIENT_ID names to the app.',
  },
  unreachable: AWAY,
  missing: AWAY,
  other: {
    code: 'storage-failed',
    means: `The table service refused what every sign-in does. ${MEANS}`,
    fix: 'Look the code up at https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes, and run the check again.',
  },
}
