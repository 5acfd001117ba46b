import type { ProjectCopy } from '../world/project-copy.ts'
import type { Outcome } from '../scenarios/run-story.ts'
import { type Desk, openDesk, remember } from './desk.ts'
import type { Fault } from './fault.ts'
import { FAULTS } from './faults.ts'
import { whyNotApplicable, withPatch } from './patch.ts'

export type FaultOptions = {
  readonly project: ProjectCopy
  /** false: the same without the patches, when everything must go well. */
  readonly patched?: boolean
}

type Look = { readonly failure: string | undefined; readonly sentence?: string | undefined }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const LONGEST = 240

/** The line in which the sentence stands, cut at both ends where it is long. */
function lineWith(told: string, says: string): string | undefined {
  const line = told
    .split('\n')
    .find((one) => one.includes(says))
    ?.trim()
  if (line === undefined || line.length <= LONGEST) return line
  const start = Math.max(0, Math.min(line.indexOf(says) - 80, line.length - LONGEST))
  return `${start > 0 ? '… ' : ''}${line.slice(start, start + LONGEST)} …`
}

/** What failed, and then all that was printed; undefined: nothing failed. */
async function failureOf(fault: Fault, { world, heard }: Desk): Promise<string | undefined> {
  const failure = await fault.run(world).then(() => undefined, messageOf)
  return failure === undefined ? undefined : `${failure}\n${heard()}`
}

/** Whether it is noticed, and by which sentence. Exported for its tests. */
export function judge({ what, says }: Pick<Fault, 'what' | 'says'>, told: string | undefined): Look {
  if (told === undefined) return { failure: `nobody noticed it: everything went well, although ${what}` }
  const sentence = lineWith(told, says)
  if (sentence !== undefined) return { failure: undefined, sentence }
  return { failure: `something failed, and nothing said "${says}":\n${told.split('\n', 40).join('\n')}` }
}

async function look(fault: Fault, desk: Desk, { patched = true }: Pick<FaultOptions, 'patched'>): Promise<Look> {
  const { dir } = desk.world.project
  const why = whyNotApplicable(dir, fault.patch)
  if (why !== undefined) return { failure: why }
  if (fault.on === 'deployment') await desk.deploy()
  const putBack = remember(desk.world)
  desk.forget()
  try {
    if (!patched) return { failure: await failureOf(fault, desk), sentence: 'all went well' }
    let told: string | undefined
    await withPatch(dir, fault.patch, async () => void (told = await failureOf(fault, desk)))
    return judge(fault, told)
  } finally {
    desk.world.as('consultant')
    putBack()
  }
}

/** Once something is deployed, nobody can be the first any more. */
const ORDER: readonly Fault['on'][] = ['clone', 'deployment']

/**
 * Puts each fault back into a copy of the project, and looks whether the rehearsal notices and names it; a patch that no
 * longer applies counts as not noticed.
 */
export async function runFaults(
  wanted: (name: string) => boolean,
  print: (text: string) => void,
  options: FaultOptions,
): Promise<readonly Outcome[]> {
  const faults = ORDER.flatMap((place) => FAULTS.filter(({ name, on }) => on === place && wanted(name)))
  if (faults.length === 0) return []
  print('\n━━ faults that once broke this path, each put back into a copy: the rehearsal must fail and name it\n\n')
  const desk = await openDesk(options.project)
  const outcomes: Outcome[] = []
  try {
    for (const fault of faults) {
      const { name, what: title } = fault
      const started = performance.now()
      const { failure, sentence } = await look(fault, desk, options).catch((error: unknown): Look => ({
        failure: `it could not be looked for: ${messageOf(error)}`,
      }))
      const seconds = Math.round((performance.now() - started) / 1000)
      print(`${failure === undefined ? '✓' : '✗'} ${name} (${seconds} s): ${title}\n`)
      print(`    ${failure ?? `“${sentence ?? ''}”`}\n`)
      outcomes.push({ name, title, failure })
    }
    return outcomes
  } finally {
    await desk.world.close()
  }
}
