import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSharedAzurite } from '../sandbox/azurite.ts'

/** Builds the bundle once for all tests, which run exactly what is deployed, and starts the Azurite that they share. */
async function globalSetup(): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'chatgpt-dynamics-mcp-compiled')
  execFileSync(process.execPath, ['infra/build.ts'], { stdio: 'inherit' })
  Object.assign(globalThis, { stopSharedAzurite: await startSharedAzurite() })
}

// eslint-disable-next-line no-restricted-syntax -- Jest looks for a default export here
export default globalSetup
