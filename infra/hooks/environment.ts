/**
 * A value that azd hands to its hooks through the environment.
 * @throws Error when it is absent, i.e. when the hook runs outside azd or before provisioning
 */
export const required = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set: run \`azd provision\` first`)
  return value
}

/** Runs a hook: a failure is printed without a stack and ends the step. */
export const runHook = async (hook: () => Promise<void>, explain: (error: unknown) => string): Promise<void> => {
  try {
    await hook()
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
