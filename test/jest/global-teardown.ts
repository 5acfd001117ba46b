/** Stops what `global-setup.ts` started; Jest hands it over on the global object alone. */
async function globalTeardown(): Promise<void> {
  const { stopSharedAzurite } = globalThis as { stopSharedAzurite?: () => Promise<void> }
  await stopSharedAzurite?.()
}

// oxlint-disable-next-line house/syntax -- Jest looks for a default export here
export default globalTeardown
