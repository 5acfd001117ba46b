import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import './hooks.ts'
import { setGlobals } from './globals.ts'

const require = createRequire(import.meta.url)

let loaded = 0

/**
 * In place of Jest's own runtime, which gives each test file a context and modules of its own: loading what it imports
 * anew costs as much as all tests together. Node loads modules here, once for all files of a worker; that a file leaves
 * everything else as it was is what `environment.ts` sees to.
 */
class NodeRuntime {
  /** Jest's circus alone, which counts on a fresh state for each test file. */
  requireInternalModule(path: string): unknown {
    Reflect.deleteProperty(require.cache, path)
    return require(path)
  }
  requireModule(path: string): unknown {
    return require(path)
  }
  unstable_shouldLoadAsEsm(): boolean {
    return true
  }
  /** Under a name of its own, as a file that runs a second time in one process has tests a second time. */
  unstable_importModule(path: string): Promise<unknown> {
    loaded += 1
    return import(`${pathToFileURL(path).href}?run=${loaded}`)
  }
  setGlobalsForRuntime(globals: Parameters<typeof setGlobals>[0]): void {
    setGlobals(globals)
  }
  getSourceMaps(): null {
    return null
  }
  getAllCoverageInfoCopy(): undefined {
    return undefined
  }
  enterTestCode(): void {
    // Jest's own refuses imports between tests here.
  }
  leaveTestCode(): void {
    // See above.
  }
  teardown(): void {
    // Modules stay for the next file.
  }
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default NodeRuntime
