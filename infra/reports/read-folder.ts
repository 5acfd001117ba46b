import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { CheckedEntry } from '../../shared/reports/check/check-entry.ts'
import { checkReport } from '../../shared/reports/check/check-report.ts'

export type FolderEntry =
  | { readonly slug: string; readonly ok: true; readonly definition: string }
  | { readonly slug: string; readonly ok: false; readonly reason: string }

const Query = z.looseObject({ file: z.string().optional() })
const Draft = z.looseObject({ queries: z.array(Query) })

/** Every `<slug>.json` of a folder, its FetchXML taken from the files that it names, checked as the app does. */
export async function readFolder(folder: string): Promise<FolderEntry[]> {
  return await readEntries(folder, checkReport, withFetchXml)
}

type Complete = (folder: string, json: string) => Promise<string>

/** Every `<slug>.json` of a folder, checked as the app does. */
export async function readEntries(
  folder: string,
  check: (slug: string, json: string) => CheckedEntry<unknown>,
  complete: Complete = (_folder, json) => Promise.resolve(json),
): Promise<FolderEntry[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted()
  return await Promise.all(
    names.map(async (name): Promise<FolderEntry> => {
      const slug = basename(name, '.json')
      try {
        const definition = await complete(folder, await readFile(join(folder, name), 'utf8'))
        const checked = check(slug, definition)
        return checked.ok ? { slug, ok: true, definition } : { slug, ok: false, reason: checked.reason }
      } catch (error) {
        return { slug, ok: false, reason: error instanceof Error ? error.message : String(error) }
      }
    }),
  )
}

/** Puts the text of a file in the place of `"file": "<name>.xml"`; anything else is left for the check to judge. */
async function withFetchXml(folder: string, json: string): Promise<string> {
  const draft = Draft.safeParse(JSON.parse(json))
  if (!draft.success) return json
  const queries = await Promise.all(
    draft.data.queries.map(async ({ file, ...query }) => {
      if (file === undefined) return query
      if (basename(file) !== file) throw new Error(`${file} must stand in the same folder`)
      return { ...query, fetchxml: await readFile(join(folder, file), 'utf8') }
    }),
  )
  return JSON.stringify({ ...draft.data, queries })
}
