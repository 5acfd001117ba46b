import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const RUNNER = new URL('../../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url)
const MANIFEST = new URL('../package.json', RUNNER)
const TIME_LIMIT_MS = 60_000

export type Check = { readonly id: string; readonly status: string }
export type Scenario = { readonly name: string; readonly checks: readonly Check[] }

export type Run = {
  /** The command line, to repeat it by hand. */
  readonly command: string
  /** 0 when every result is as expected. */
  readonly exitCode: number
  readonly output: string
  readonly scenarios: readonly Scenario[]
}

const checksSchema = z.array(z.object({ id: z.string(), status: z.string() }))

export async function runnerVersion(): Promise<string> {
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(MANIFEST, 'utf8'))).version
}

/**
 * Runs the official conformance runner once and reads what it wrote.
 * @param onOutput is told everything printed so far, whenever there is more
 */
export async function runOfficial(args: readonly string[], onOutput?: (output: string) => void): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  try {
    const { exitCode, output } = await execute([...args, '--output-dir', folder], onOutput)
    return { command: `conformance ${args.join(' ')}`, exitCode, output, scenarios: await readScenarios(folder) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function execute(args: readonly string[], onOutput?: (output: string) => void) {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const child = spawn(process.execPath, [RUNNER.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, NO_COLOR: '1', ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) },
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8')
    onOutput?.(output)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return new Promise<{ exitCode: number; output: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}

/** One folder a scenario: `server-<name>-<timestamp>/checks.json`. */
async function readScenarios(folder: string): Promise<Scenario[]> {
  const names = await readdir(folder)
  const scenarios = names.map(async (name) => ({
    name: name.replace(/^(?:authorization-)?server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, ''),
    checks: checksSchema.parse(JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8'))),
  }))
  return Promise.all(scenarios)
}
