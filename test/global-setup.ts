import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Builds the bundle once for all tests: the end-to-end ones run exactly what is deployed. */
function globalSetup(): void {
  if (existsSync('functions/index.ts')) execFileSync(process.execPath, ['infra/build.ts'], { stdio: 'inherit' })
}

// eslint-disable-next-line no-restricted-syntax -- Jest looks for a default export here
export default globalSetup
