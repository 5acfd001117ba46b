import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadProject } from '../../azd/project/load.ts'
import { AZD_VERSION } from '../../azd/commands/version.ts'
import { filesToZip } from '../../azd/service/zip.ts'
import type { World } from '../../world/world.ts'
import { must } from '../scenario.ts'

/** What the app is made of; anything else was not meant to be deployed. */
const OF_THE_APP = /^(?:host\.json|package\.json|index\.js|chunks\/[\w.-]+\.js)$/

/** What azd zips of the last build is the app alone: no source map, test or setting of somebody's. */
export function packageIsTheApp(world: World): void {
  const { dir } = world.project
  const service = loadProject(dir, AZD_VERSION).services?.['mcp']
  must(service?.dist !== undefined, 'azure.yaml names no folder of the service "mcp" to deploy')
  const folder = join(dir, service.dist)
  const foreign = filesToZip(folder, service).filter((file) => !OF_THE_APP.test(file))
  const bytes = foreign.reduce((sum, file) => sum + readFileSync(join(folder, file)).length, 0)
  must(
    foreign.length === 0,
    `azd's zip holds what is no part of the app (${(bytes / 1e6).toFixed(1)} MB): ${foreign.slice(0, 3).join(', ')} …`,
  )
}
