import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const requestsSchema = z.object({
  reads: z.number(),
  writes: z.number(),
  entra: z.number(),
  dataverse: z.number(),
})

const numbers = z.record(z.string(), z.number())

/** Large to small, of `npm run bench -- --grow`. */
const growthSchema = z.object({
  date: z.string(),
  /** How many, beside 100. */
  grants: z.number(),
  ofGrants: numbers,
  ofTables: numbers,
  sweep: numbers,
})
export type Growth = z.infer<typeof growthSchema>

/** One of the servers that `npm run bench:peers` asks the same of: milliseconds a call, bytes of a reply. */
const peerSchema = z.object({ p50: z.number(), cpu: z.number(), bytes: z.number(), doesNot: z.array(z.string()) })
const peersSchema = z.object({
  date: z.string(),
  /** Time of our query to that of the best peer behind the same host and a check of the bearer. */
  ratio: z.number().optional(),
  servers: z.record(z.string(), peerSchema),
})
export type Peers = z.infer<typeof peersSchema>

/** What `npm run bench` writes, and README shows. */
export const figuresSchema = z.object({
  /** Of the run, as ISO 8601. */
  date: z.string(),
  node: z.string(),
  cores: z.number(),
  /** Of two times that were taken by turns in one run, by what was compared. */
  ratios: z.record(z.string(), z.number()),
  milliseconds: z.record(z.string(), z.number()),
  /** Requests to storage (reads, writes), to Entra and to Dataverse that one call causes. */
  requests: z.record(z.string(), requestsSchema),
  bytes: z.record(z.string(), z.number()),
  /** Resident bytes of the worker. */
  memory: z.record(z.string(), z.number()),
  growth: growthSchema.optional(),
  peers: peersSchema.optional(),
})
export type Figures = z.infer<typeof figuresSchema>
export type Counted = Pick<Figures, 'requests' | 'bytes'>

const FILE = new URL('../bench.json', import.meta.url)

export async function recordedFigures(): Promise<Figures> {
  return figuresSchema.parse(JSON.parse(await readFile(FILE, 'utf8')))
}

/** What was not measured this time stays. @throws ZodError where a figure is none, and nothing is written */
export async function recordFigures(measured: Partial<Figures>): Promise<void> {
  const figures = figuresSchema.parse({ ...(await recordedFigures()), ...measured })
  await writeFile(FILE, `${JSON.stringify(figures, null, 2)}\n`)
}
