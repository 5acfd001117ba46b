import { createRequire } from 'node:module'

type Run = (...given: readonly unknown[]) => Promise<unknown>
const { default: run } = createRequire(import.meta.url)('jest-circus/runner') as { readonly default: Run }

/**
 * Jest's circus, without the function that tells the main process of every test as it begins and ends: over twenty
 * thousand tests, each sent twice, all for a number that is printed only once a file has ended.
 */
const runQuietly: Run = (globalConfig, config, environment, runtime, path) =>
  run(globalConfig, config, environment, runtime, path)

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default runQuietly
