import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE, runBicep } from '../bicep-cli.ts'
import { graphTypes } from './types.ts'

const PACKAGE = 'microsoft-graph.tgz'

const isPresent = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const make = async (folder: string): Promise<void> => {
  const { index, types } = graphTypes()
  await writeFile(join(folder, 'index.json'), index)
  await writeFile(join(folder, 'types.json'), types)
  const target = join(folder, PACKAGE)
  const { code, stderr } = await runBicep(['publish-extension', join(folder, 'index.json'), '--target', target])
  if (code !== 0) throw new Error(`The types of Microsoft Graph could not be packed: ${stderr}`)
}

/**
 * Packs the Graph types as a Bicep extension, once per content, into `.infra-check/`. Needs the Bicep CLI: call
 * `findBicep()` first.
 * @returns the path of the package, which stands for `br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0`
 * @see https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-extension
 */
export const graphExtension = async (): Promise<string> => {
  const content = createHash('sha256').update(JSON.stringify(graphTypes())).digest('hex').slice(0, 16)
  const folder = join(CACHE, `graph-types-${content}`)
  const found = join(folder, PACKAGE)
  if (await isPresent(found)) return found
  await mkdir(CACHE, { recursive: true })
  const draft = await mkdtemp(join(CACHE, 'draft-'))
  await make(draft)
  // Tests run side by side: whoever finishes first wins, and the others find the same content.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }))
  return found
}
