import { toText } from '../../../test/sandbox/azure/arm/expression/values.ts'
import type { Resource } from '../../../test/sandbox/azure/arm/resources/world.ts'
import { type DeployedApp, startDeployedApp } from '../../../test/sandbox/azure/start-deployed-app.ts'
import { unpacked } from '../../../test/sandbox/azure/unpacked.ts'
import type { Transcript } from '../azd/context.ts'
import { AzdError } from '../azd/errors.ts'
import type { Azure } from './azure.ts'
import { subnetOf } from './network.ts'

const settingsOf = (azure: Azure, site: Resource): Record<string, string> => {
  const [found] = azure.arm
    .byType('Microsoft.Web/sites/config')
    .filter(({ id }) => id.toLowerCase().startsWith(`${site.id.toLowerCase()}/`))
  return Object.fromEntries(Object.entries(found?.properties ?? {}).map(([name, value]) => [name, toText(value)]))
}

/** The platform writes the package to the host account as the app, from where the app is: azure-functions-core-tools#4346. */
const mustTakePackage = ({ arm, entrances }: Azure): void => {
  const [host] = arm.byType('Microsoft.Storage/storageAccounts').filter(({ name }) => name.startsWith('sthost'))
  if (host !== undefined && entrances.forApp(host.id, 'blob') === 'open') return
  throw new AzdError(
    'Failed to upload blob package to storage account with Error: Response status code does not indicate success: 403 (This request is not authorized to perform this operation.)',
  )
}

/** Runs what was deployed; a new deployment takes the place of the running one. */
export function createHosting(azure: Azure, transcript: Transcript) {
  let running: DeployedApp | undefined
  const stop = async () => {
    await running?.stop()
    running = undefined
  }
  const deployZip = async (site: Resource, zip: Uint8Array): Promise<void> => {
    mustTakePackage(azure)
    await stop()
    await azure.tables.sync()
    const settings = settingsOf(azure, site)
    const names = Object.entries(settings).sort(([left], [right]) => left.localeCompare(right))
    transcript.write(`  The app starts from this package with the template's ${names.length} settings:\n`)
    for (const [name, value] of names) transcript.write(`    ${name}=${value}\n`)
    const { identity } = azure
    const isInside = subnetOf(site) !== undefined
    const front = isInside ? { ...azure.front, environment: azure.front.insideEnvironment } : azure.front
    running = await startDeployedApp({ dir: unpacked(zip), settings, siteName: site.name, front, identity })
  }
  return { deployZip, stop, app: () => running }
}
