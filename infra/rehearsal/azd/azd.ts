import { homedir, tmpdir } from 'node:os'
import { buildBicep } from './build.ts'
import { parseCommand, type Command } from './cli/args.ts'
import { deploy, packageCommand } from './commands/deploy.ts'
import { down } from './commands/down.ts'
import { env } from './commands/env.ts'
import { hooksRun } from './commands/hooks.ts'
import { provision } from './commands/provision.ts'
import { openSession, type Session } from './commands/session.ts'
import { up } from './commands/up.ts'
import { AZD_VERSION, versionText } from './commands/version.ts'
import type { Build, Cloud, Context, Principal, Run, Transcript } from './context.ts'
import { AzdError, messageOf } from './errors.ts'
import { runProcess } from './hooks/run-process.ts'

export type AzdOptions = {
  readonly projectDir: string
  /** Selected as if by `-e`; else the one that `azd env new` or `select` chose. */
  readonly environmentName?: string
  readonly cloud: Cloud
  readonly transcript: Transcript
  readonly principal: Principal
  /** azd's own environment variables, beside the few that a process needs; default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** The version that azd says it has. */
  readonly version?: string
  readonly platform?: NodeJS.Platform
  readonly build?: Build
  readonly run?: Run
  readonly now: () => number
}

export type Azd = {
  /** Runs one command. `output` is what it wrote to the transcript. Code 1: it printed `ERROR: …`. */
  readonly run: (args: readonly string[]) => Promise<{ readonly code: number; readonly output: string }>
}

/** What a program needs to run at all; nothing that could stand in for an output of a layer. */
const BASE = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'ComSpec',
  'PATHEXT',
  'LANG',
  'npm_config_cache',
  'NODE_COMPILE_CACHE',
]

const baseEnvironment = (): Record<string, string> => ({
  HOME: homedir(),
  TMPDIR: tmpdir(),
  ...Object.fromEntries(
    BASE.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
})

const SESSION_COMMANDS: Readonly<Record<string, (session: Session) => Promise<void>>> = {
  up,
  provision,
  deploy,
  package: packageCommand,
  down,
  'hooks run': hooksRun,
}

const dispatch = async (command: Command, context: Context): Promise<void> => {
  if (command.name === 'version') {
    context.transcript.write(versionText(command, context.version))
    return
  }
  if (command.name.startsWith('env ')) {
    env(command, context)
    return
  }
  await SESSION_COMMANDS[command.name]?.(openSession(command, context))
}

const contextOf = (options: AzdOptions, transcript: Transcript): Context => ({
  projectDir: options.projectDir,
  cloud: options.cloud,
  principal: options.principal,
  transcript,
  version: options.version ?? AZD_VERSION,
  platform: options.platform ?? process.platform,
  processEnv: {
    ...baseEnvironment(),
    ...options.env,
    ...(options.environmentName === undefined ? {} : { AZURE_ENV_NAME: options.environmentName }),
  },
  build: options.build ?? buildBicep,
  run: options.run ?? runProcess,
  now: options.now,
})

/** An emulation of the Azure Developer CLI on one project; always without prompts. */
export const createAzd = (options: AzdOptions): Azd => ({
  run: async (args) => {
    let output = ''
    const write = (text: string): void => {
      output += text
      options.transcript.write(text)
    }
    try {
      await dispatch(parseCommand(args), contextOf(options, { write }))
      return { code: 0, output }
    } catch (error) {
      write(`\nERROR: ${messageOf(error)}\n`)
      if (error instanceof AzdError && error.suggestion !== undefined) write(`\n${error.suggestion}\n`)
      return { code: 1, output }
    }
  },
})
