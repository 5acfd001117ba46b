import { delimiter, dirname, join } from 'node:path'
import type { Context } from '../context.ts'
import type { Environment } from '../environment/environment.ts'

/** The folder with the stand-in for azd itself, which hooks call. */
export const AZD_FOLDER = join(import.meta.dirname, '..', 'bin')

/** PATH with the stand-ins first, those of the cloud before azd as a program of its own, then this Node: the one that a consultant would have installed. */
export const pathOf = ({ cloud, processEnv }: Context): string =>
  [...cloud.path, AZD_FOLDER, dirname(process.execPath), processEnv['PATH'] ?? ''].filter(Boolean).join(delimiter)

/**
 * What a hook's process sees: azd's own environment and the `.env` of the azd environment, read anew. No
 * AZURE_PRINCIPAL_ID, no AZURE_PRINCIPAL_TYPE, no AZURE_TENANT_ID unless a layer puts it out: azd's pkg/ext/hooks_runner.go.
 */
export const hookEnvironment = (context: Context, environment: Environment): Record<string, string> => ({
  ...context.processEnv,
  ...context.cloud.environment(),
  PATH: pathOf(context),
  ...Object.fromEntries(environment.values()),
})
