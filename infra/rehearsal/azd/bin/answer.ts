import type { Beside } from '../../../../test/sandbox/azure/az/start-az.ts'
import { parseCommand } from '../cli/args.ts'
import { env } from '../commands/env.ts'
import { AZD_VERSION, versionText } from '../commands/version.ts'
import { AzdError, messageOf } from '../errors.ts'
import { findProjectDir } from '../project/find.ts'

export type Answer = { readonly stdout: string; readonly stderr: string; readonly exitCode: number }
type Place = { readonly folder: string; readonly processEnv: Readonly<Record<string, string>> }

function run(args: readonly string[], { folder, processEnv }: Place, write: (text: string) => void): void {
  const command = parseCommand(args)
  const transcript = { write }
  if (command.name === 'version') {
    write(versionText(command, AZD_VERSION))
    return
  }
  if (!command.name.startsWith('env '))
    throw new AzdError(`the rehearsal's azd knows \`env\` and \`version\` only, not \`${command.name}\``)
  const projectDir = findProjectDir(folder)
  if (projectDir === undefined) throw new AzdError('no project exists; to create a new project, run `azd init`')
  env(command, { projectDir, transcript, processEnv })
}

/** The `azd` that hooks and npm scripts find on PATH in a rehearsal: `version` and `env`, as strict as the rest. */
export function answer(args: readonly string[], place: Place): Answer {
  let stdout = ''
  try {
    run(args, place, (text) => void (stdout += text))
    return { stdout, stderr: '', exitCode: 0 }
  } catch (error) {
    const suggestion = error instanceof AzdError && error.suggestion !== undefined ? `\n${error.suggestion}\n` : ''
    return { stdout, stderr: `\nERROR: ${messageOf(error)}\n${suggestion}`, exitCode: 1 }
  }
}

/** For those who answer it in their own process: hooks and npm scripts of a rehearsal call it some two hundred times. */
export const AZD: Beside = {
  name: 'azd',
  main: new URL('azd.ts', import.meta.url).href,
  answer: (args, { folder, environmentName }) =>
    answer(args, { folder, processEnv: environmentName === undefined ? {} : { AZURE_ENV_NAME: environmentName } }),
}
