import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBicep } from '../infra/bicep-cli.ts'
import { startSharedAzurite } from '../sandbox/azurite.ts'

type Project = { readonly globals: { readonly isBuilt?: boolean } }

/**
 * Once for all tests: builds the bundle, as they run exactly what is deployed, starts the Azurite that they share, and
 * fetches the Bicep CLI, which several workers would else fetch at once, each within the time of one test.
 */
async function globalSetup(_: unknown, { globals: { isBuilt } }: Project): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'chatgpt-dynamics-mcp-compiled')
  const searched = findBicep()
  if (isBuilt !== true) execFileSync(process.execPath, ['infra/build.ts'], { stdio: 'inherit' })
  const bicep = await searched
  if (!bicep.available) process.stderr.write(`Skipped are the tests that compile Bicep files: ${bicep.why}\n`)
  Object.assign(globalThis, { stopSharedAzurite: await startSharedAzurite() })
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default globalSetup
