// How to compile the layer `entra` where Microsoft's registry cannot be reached:
//
//   const graph = await graphExtension()
//   await runBicep(['build', 'infra/entra/main.bicep', '--stdout', '--config', graph.configFile])
//   await runBicep(['snapshot', 'x.bicepparam', '--config', graph.configFile, '--mode', 'overwrite', …])
//
// The configuration is the project's own, rules included; only the address of the Graph types is a local file.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE, runBicep } from '../bicep-cli.ts'
import { graphTypes } from './types.ts'

const PROJECT_CONFIG = join(import.meta.dirname, '../../../infra/bicepconfig.json')
const NAME = 'microsoftGraphV1'

export type GraphExtension = {
  /** A bicepconfig.json for `--config`. */
  readonly configFile: string
  /** The package that stands for `br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0`. */
  readonly packageFile: string
}

type Config = { readonly extensions: Record<string, string> }

const make = async (folder: string, config: Config): Promise<void> => {
  const { index, types } = graphTypes()
  await writeFile(join(folder, 'index.json'), index)
  await writeFile(join(folder, 'types.json'), types)
  const target = join(folder, 'microsoft-graph.tgz')
  const { code, stderr } = await runBicep(['publish-extension', join(folder, 'index.json'), '--target', target])
  if (code !== 0) throw new Error(`The types of Microsoft Graph could not be packed: ${stderr}`)
  const extensions = { ...config.extensions, [NAME]: './microsoft-graph.tgz' }
  await writeFile(join(folder, 'bicepconfig.json'), JSON.stringify({ ...config, extensions }, null, 2))
}

/**
 * Packs the Graph types as a Bicep extension and writes a configuration that uses them, once per content, into
 * `.infra-check/`. Needs the Bicep CLI: call `findBicep()` first.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-extension
 */
export const graphExtension = async (): Promise<GraphExtension> => {
  const text = await readFile(PROJECT_CONFIG, 'utf8')
  const content = createHash('sha256').update(text).update(JSON.stringify(graphTypes())).digest('hex').slice(0, 16)
  const folder = join(CACHE, `graph-types-${content}`)
  const found = { configFile: join(folder, 'bicepconfig.json'), packageFile: join(folder, 'microsoft-graph.tgz') }
  if (
    await readFile(found.configFile).then(
      () => true,
      () => false,
    )
  )
    return found
  await mkdir(CACHE, { recursive: true })
  const draft = await mkdtemp(join(CACHE, 'draft-'))
  await make(draft, JSON.parse(text) as Config)
  // Tests run side by side: whoever finishes first wins, and the others find the same content.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }))
  return found
}
