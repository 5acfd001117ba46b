import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findBicep } from '../infra/bicep-cli.ts'
import { shareBicep } from '../infra/bicep/server/shared.ts'
import { graphExtension } from '../infra/graph-types/extension.ts'
import { startSharedAzurite } from '../sandbox/azurite.ts'

type Project = { readonly globals: { readonly isBuilt?: boolean } }

const build = promisify(execFile)

/** Finds the Bicep CLI, or fetches it, and packs the types that the templates need; says why where neither is possible. */
async function prepareBicep(): Promise<void> {
  const bicep = await findBicep()
  if (bicep.available) await graphExtension()
  else process.stderr.write(`Skipped are the tests that compile Bicep files: ${bicep.why}\n`)
}

/**
 * Once for all tests: builds the bundle, which many of them run as it is deployed, starts the Azurite and the Bicep compiler
 * that they share, and fetches the latter, which several workers would else do at once, each within the time of one test.
 */
async function globalSetup(_: unknown, { globals: { isBuilt } }: Project): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'chatgpt-dynamics-mcp-compiled')
  const [built, , ...stopShared] = await Promise.all([
    isBuilt === true ? undefined : build(process.execPath, ['infra/build.ts']),
    prepareBicep(),
    startSharedAzurite(),
    shareBicep(),
  ])
  process.stdout.write(built?.stdout ?? '')
  Object.assign(globalThis, { stopShared })
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default globalSetup
