import type { Command } from '../cli/args.ts'
import { defaultEnvironment, Environment } from '../environment/environment.ts'
import { AzdError } from '../errors.ts'

export type Chooser = { readonly projectDir: string; readonly processEnv: Readonly<Record<string, string>> }

/**
 * The environment that a command means: the flag, AZURE_ENV_NAME, the selected one.
 * @throws AzdError when there is none
 */
export const environmentOf = ({ flags }: Command, { projectDir, processEnv }: Chooser): Environment => {
  const flag = flags['environment']
  const name =
    (typeof flag === 'string' ? flag : undefined) ?? processEnv['AZURE_ENV_NAME'] ?? defaultEnvironment(projectDir)
  if (name === undefined)
    throw new AzdError(
      'no default environment is set',
      'Run `azd env new` to make one, or `azd env select` to choose one.',
    )
  return new Environment(projectDir, name)
}
