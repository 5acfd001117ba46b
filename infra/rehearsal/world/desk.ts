import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Az } from '../../../test/sandbox/azure/az/start-az.ts'
import type { Azd } from '../azd/azd.ts'
import type { Ran, Transcript } from '../azd/context.ts'
import { runProcess } from '../azd/hooks/run-process.ts'
import type { Azure } from './azure.ts'
import type { ProjectCopy } from './project-copy.ts'

const AZD_BIN = fileURLToPath(new URL('../azd/bin', import.meta.url))

/** Waits that last minutes in Azure; what is not there at once here does not come. */
export const SHORT_WAITS = { ROLE_WAIT_SECONDS: '3', APP_START_WAIT_SECONDS: '3' }

/** Splits a command line of the runbook, which quotes with double quotes alone. */
const wordsOf = (commandLine: string): string[] =>
  [...commandLine.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

export type Tools = {
  readonly azd: Azd
  readonly azure: Azure
  readonly az: Az
  readonly project: ProjectCopy
  readonly transcript: Transcript
}

const PASSED_ON = ['HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'ComSpec', 'PATHEXT', 'LANG', 'NODE_COMPILE_CACHE']

/** What a program started at the desk sees: the tools first on PATH, real host names leading to the stand-ins. */
const deskEnvironment = ({ azure, az }: Tools): Record<string, string> => ({
  ...Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
  ...azure.front.environment,
  ...SHORT_WAITS,
  REHEARSAL_AZ: az.environment.REHEARSAL_AZ,
  PATH: [AZD_BIN, az.folder, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
})

export async function typeLine(line: string, tools: Tools): Promise<Ran> {
  const { azd, project, transcript } = tools
  transcript.write(`\n$ ${line}\n`)
  const [command = '', ...args] = wordsOf(line)
  if (command === 'azd') return azd.run(args)
  return runProcess(command, args, {
    cwd: project.dir,
    env: deskEnvironment(tools),
    onOutput: (text) => transcript.write(text),
  })
}
