import { type Catalogue, createCatalogue } from '../../reports/catalogue/catalogue.ts'
import type { Tool } from '../tool/tool.ts'
import type { Off } from './off.ts'

export type Offered = {
  readonly isOn: (name: string) => boolean
  /** The reports that prompts and resources tell of: without the tool that runs them there are none. */
  readonly catalogue: Catalogue
  /** Whether results are drawn. */
  readonly hasView: boolean
}

const NO_REPORTS = createCatalogue([])

/** What is left to be offered once the tools that are off are taken away, with all that leans on them. */
export function offeredOf(tools: readonly Tool[], catalogue: Catalogue, { isToolOff }: Off): Offered {
  const on = new Set(tools.filter((tool) => !isToolOff(tool)).map(({ name }) => name))
  return {
    isOn: (name) => on.has(name),
    catalogue: on.has('run_report') ? catalogue : NO_REPORTS,
    hasView: tools.some(({ name, pictureOf }) => pictureOf !== undefined && on.has(name)),
  }
}
