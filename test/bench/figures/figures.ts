import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const requestsSchema = z.object({
  reads: z.number(),
  writes: z.number(),
  entra: z.number(),
  dataverse: z.number(),
})

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
})
export type Figures = z.infer<typeof figuresSchema>
export type Counted = Pick<Figures, 'requests' | 'bytes'>

const FILE = new URL('../bench.json', import.meta.url)

export async function recordedFigures(): Promise<Figures> {
  return figuresSchema.parse(JSON.parse(await readFile(FILE, 'utf8')))
}

export async function recordFigures(figures: Figures): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(figures, null, 2)}\n`)
}
