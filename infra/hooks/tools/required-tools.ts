import { type Context, Stop } from '../run/context.ts'
import { findTool } from './find-tool.ts'
import { howToGet } from './how-to-get.ts'
import { jsonOf, runTool, textOf } from './run-tool.ts'

/** The same as in run/start.mjs, which an older Node must be able to read. */
export const MINIMUM_NODE = '22.18.0'

type Tool = {
  readonly name: string
  readonly minimum: string
  readonly version: (context: Context) => Promise<string | undefined>
}

const printed =
  (name: string, args: readonly string[], ...path: readonly string[]): Tool['version'] =>
  async (context) =>
    textOf(jsonOf(name, await runTool(context, name, args)), ...path)

const TOOLS: readonly Tool[] = [
  {
    name: 'azd',
    minimum: '1.31.2',
    version: printed('azd', ['version', '--output', 'json'], 'azd', 'version'),
  },
  {
    name: 'az',
    minimum: '2.60.0',
    version: printed('az', ['version', '--output', 'json'], 'azure-cli'),
  },
  {
    name: 'node',
    minimum: MINIMUM_NODE,
    version: ({ nodeVersion }) => Promise.resolve(nodeVersion),
  },
  {
    name: 'git',
    minimum: '2.0.0',
    version: async (context) => (await runTool(context, 'git', ['--version'])).stdout,
  },
]

type Version = readonly [number, number, number]

/** The first `1.2.3` of a text. */
export const parseVersion = (text: string | undefined): Version | undefined => {
  const match = /(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(text ?? '')
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined
}

/** Whether `found` is `minimum` or newer; a pre-release counts as its release. */
export const isEnough = (found: Version, minimum: Version): boolean => {
  const at = found.findIndex((part, index) => part !== minimum[index])
  return at === -1 || (found[at] ?? 0) > (minimum[at] ?? 0)
}

type Finding = { readonly fine: boolean; readonly line: string }

const check = async (context: Context, { name, minimum, version }: Tool): Promise<Finding> => {
  const how = `get it: ${howToGet(name, context.platform)}`
  if (name !== 'node' && findTool(context, name) === undefined)
    return { fine: false, line: `missing  ${name} (${minimum} or newer); ${how}` }
  const found = parseVersion(await version(context).catch(() => undefined))
  const least = parseVersion(minimum)
  if (!found || !least) return { fine: false, line: `broken   ${name} does not say its version; ${how}` }
  if (!isEnough(found, least))
    return { fine: false, line: `too old  ${name} ${found.join('.')} (${minimum} or newer); ${how}` }
  return { fine: true, line: `ok       ${name} ${found.join('.')}` }
}

/**
 * Looks for every tool that a deployment needs, and prints what it found.
 * @throws Stop when one is missing or too old, after all were looked at
 */
export const checkTools = async (context: Context): Promise<void> => {
  const findings = await Promise.all(TOOLS.map((tool) => check(context, tool)))
  for (const { line } of findings) context.say(`  ${line}`)
  if (findings.every(({ fine }) => fine)) return
  const wrong = findings.filter(({ fine }) => !fine).map(({ line }) => line)
  throw new Stop('Tools are missing or too old. Get them, open a new terminal, and run the same command again:', wrong)
}
