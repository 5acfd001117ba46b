import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { SHARED_BICEP } from '../../../test/infra/bicep/server/shared.ts'
import type { Az } from '../../../test/sandbox/azure/az/start-az.ts'
import type { Azd } from '../azd/azd.ts'
import type { Ran, Transcript } from '../azd/context.ts'
import { runProcess } from '../azd/hooks/run-process.ts'
import { makeOnce, RELEASE } from '../azd/service/unchanged.ts'
import type { Azure } from './azure.ts'
import type { GitHub } from './github.ts'
import type { ProjectCopy } from './project-copy.ts'

/** Waits that last minutes in Azure; what is not there at once here does not come. */
export const SHORT_WAITS = { ROLE_WAIT_SECONDS: '3', APP_START_WAIT_SECONDS: '3', NETWORK_WAIT_SECONDS: '12' }

/** Splits a command line of the runbook, which quotes with double quotes alone. */
const wordsOf = (commandLine: string): string[] =>
  [...commandLine.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

export type Tools = {
  readonly azd: Azd
  readonly azure: Azure
  readonly az: Az
  readonly project: ProjectCopy
  readonly transcript: Transcript
  readonly github: GitHub
  /** What a job of a pipeline sets for its programs. */
  readonly job: Readonly<Record<string, string>>
}

const PASSED_ON = [
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'ComSpec',
  'PATHEXT',
  'LANG',
  'NODE_COMPILE_CACHE',
  SHARED_BICEP,
]

/** What a program started at the desk sees: the tools first on PATH, real host names leading to the stand-ins. */
const deskEnvironment = ({ azure, az, job }: Tools): Record<string, string> => ({
  ...Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
  ...azure.front.environment,
  ...job,
  ...SHORT_WAITS,
  REHEARSAL_AZ: az.environment.REHEARSAL_AZ,
  PATH: [az.folder, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
})

/** The lines of scripts that npm was seen to start. */
const seen = new Set<string>()

/** What npm would start for this line, once it was seen to start that script: half a second of each call is its own. */
function withoutNpm(words: readonly string[], { dir }: ProjectCopy): readonly string[] | undefined {
  const [command, run, script = '', dashes = '--', ...args] = words
  if (command !== 'npm' || run !== 'run' || dashes !== '--') return undefined
  const { scripts } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const line = scripts[script] ?? ''
  if (seen.has(line)) return [...line.split(' '), ...args]
  if (/^node [\w./-]+$/.test(line)) seen.add(line)
  return undefined
}

/** The files of a release are a function of the project's: a second one of the same files is the first. */
const isMadeOnce = (line: string): boolean => /^npm run release -- --date \d+$/.test(line)

export async function typeLine(line: string, tools: Tools): Promise<Ran> {
  const { azd, github, project, transcript } = tools
  transcript.write(`\n$ ${line}\n`)
  const words = wordsOf(line)
  const direct = withoutNpm(words, project)
  const [command = '', ...args] = direct ?? words
  if (command === 'azd') return azd.run(args)
  if (command === 'gh') {
    const ran = github.run(args)
    transcript.write(ran.output)
    return ran
  }
  const { PATH = '', ...env } = deskEnvironment(tools)
  const bin = direct === undefined ? [] : [join(project.dir, 'node_modules', '.bin')]
  const options = { cwd: project.dir, env: { ...env, PATH: [...bin, PATH].join(delimiter) } }
  if (!isMadeOnce(line)) return runProcess(command, args, { ...options, onOutput: (text) => transcript.write(text) })
  const run = () => runProcess(command, args, options)
  const ran = await makeOnce(project.dir, { ...RELEASE, name: line }, run, ({ code }) => code === 0)
  transcript.write(ran.output)
  return ran
}
