/** Stops what `global-setup.ts` started; Jest hands it over on the global object alone. */
async function globalTeardown(): Promise<void> {
  const { stopShared = [] } = globalThis as { stopShared?: readonly (() => Promise<void>)[] }
  await Promise.all(stopShared.map((stop) => stop()))
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default globalTeardown
