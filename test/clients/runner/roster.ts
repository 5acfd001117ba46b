import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { csharpVersion } from './dotnet.ts'
import type { Check } from './visit.ts'

/** A client whose own package connects; `file` is its check in `packages/`. */
export type Entry = { readonly file: string; readonly packages: readonly string[] }

export const CSHARP: Entry = { file: 'csharp-sdk', packages: ['ModelContextProtocol.Core'] }
export const ROSTER: readonly Entry[] = [
  { file: 'mcp-remote', packages: ['mcp-remote'] },
  { file: 'inspector', packages: ['@modelcontextprotocol/inspector'] },
  { file: 'ai-sdk', packages: ['ai', '@ai-sdk/mcp'] },
  { file: 'langchain', packages: ['@langchain/mcp-adapters'] },
  { file: 'openai-agents', packages: ['@openai/agents'] },
  { file: 'openid-client', packages: ['openid-client'] },
  { file: 'oauth4webapi', packages: ['oauth4webapi'] },
  CSHARP,
]

const moduleSchema = z.object({ check: z.custom<Check>((value) => typeof value === 'function') })

/** Loaded only now: what it imports is installed by this command and not by the project. */
export const loadCheck = async ({ file }: Entry): Promise<Check> =>
  moduleSchema.parse(await import(new URL(`../packages/${file}.ts`, import.meta.url).href)).check

export const nameOf = ({ packages }: Entry): string => packages.join(' + ')

const manifestSchema = z.object({ dependencies: z.record(z.string(), z.string().regex(/^\d+\.\d+\.\d+$/)) })

/** By the exact pins: what `npm ci` installs. */
export function versionOf(entry: Entry): string {
  if (entry === CSHARP) return csharpVersion()
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { dependencies } = manifestSchema.parse(JSON.parse(manifest))
  return entry.packages.map((name) => dependencies[name]).join(' + ')
}
