import { parseCommand } from '../cli/args.ts'
import { env } from '../commands/env.ts'
import { versionText } from '../commands/version.ts'
import { AzdError, messageOf } from '../errors.ts'
import { findProjectDir } from '../project/find.ts'

/** The `azd` that hooks and npm scripts find on PATH in a rehearsal: `version` and `env`, as strict as the rest. */
const VERSION = process.env['REHEARSAL_AZD_VERSION'] ?? '1.31.2'

const processEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )

const main = (): void => {
  const command = parseCommand(process.argv.slice(2))
  const transcript = { write: (text: string) => void process.stdout.write(text) }
  if (command.name === 'version') {
    transcript.write(versionText(command, VERSION))
    return
  }
  if (!command.name.startsWith('env '))
    throw new AzdError(`the rehearsal's azd knows \`env\` and \`version\` only, not \`${command.name}\``)
  const projectDir = findProjectDir(process.cwd())
  if (projectDir === undefined) throw new AzdError('no project exists; to create a new project, run `azd init`')
  env(command, { projectDir, transcript, processEnv: processEnvironment() })
}

try {
  main()
} catch (error) {
  process.stderr.write(`\nERROR: ${messageOf(error)}\n`)
  if (error instanceof AzdError && error.suggestion !== undefined) process.stderr.write(`\n${error.suggestion}\n`)
  process.exitCode = 1
}
