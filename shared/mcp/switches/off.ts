import type { Caller } from '../../grants/caller.ts'
import type { Switches } from '../../grants/switches/current-switches.ts'
import type { ExplainedError } from '../tool/tool-error.ts'
import type { Tool } from '../tool/tool.ts'

/** What is off for one caller. */
export type Off = {
  /** Why no tool may be called at all: lists are given nonetheless, or nobody would be told why. */
  readonly whole: ExplainedError | undefined
  readonly isToolOff: (tool: SwitchedTool) => boolean
  /** Every tool that writes is off, whatever is said of each. */
  readonly areWritesOff?: boolean
}

export type SwitchedTool = Pick<Tool, 'name' | 'pictureOf' | 'ofWrites'>

export const ALL_ON: Off = { whole: undefined, isToolOff: () => false }

/** A picture of other tools' results is the same reading of the same rows, so that it goes with the last of them. */
export function offFor(switches: Switches, { userIndex }: Pick<Caller, 'userIndex'>): Off {
  const isOff = (name: string): boolean => switches.isOff('tool', name)
  const areWritesOff = switches.isOff('writes', 'writes')
  return {
    whole: wholeOf(switches, userIndex),
    areWritesOff,
    isToolOff: ({ name, pictureOf, ofWrites = false }) =>
      (ofWrites && areWritesOff) || isOff(name) || (pictureOf !== undefined && pictureOf.every(isOff)),
  }
}

const CODE = 'switched_off'

function wholeOf({ everything, isOff }: Switches, userIndex: string): ExplainedError | undefined {
  if (everything) return everythingOff(everything.message)
  if (!isOff('person', userIndex)) return undefined
  const text = 'An administrator has switched off this person’s access to Dynamics 365 through this server.'
  return { code: CODE, text, nextStep: 'Tell the person to ask an administrator; to reconnect changes nothing.' }
}

function everythingOff(message: string | undefined): ExplainedError {
  const text = 'An administrator has switched this server off for everybody.'
  const nextStep = 'Tell the person so, and ask again when they want to try again; to reconnect changes nothing.'
  if (message === undefined) return { code: CODE, text, nextStep }
  return { code: CODE, text: `${text} The administrator’s message: ${message}`, nextStep }
}

/** A tool that another runs is off: what that one answers is the refusal that a call of it would have got. */
export class SwitchedOff extends Error {
  readonly explained: ExplainedError

  constructor(explained: ExplainedError) {
    super(explained.text)
    this.name = 'SwitchedOff'
    this.explained = explained
  }
}

/** @throws SwitchedOff */
export function checkOn(tool: SwitchedTool, off: Off | undefined): void {
  if (off?.isToolOff(tool)) throw new SwitchedOff(refusalOf(tool, off))
}

/** Why a tool that is off may not be called. */
export function refusalOf({ name, ofWrites }: SwitchedTool, { areWritesOff = false }: Off): ExplainedError {
  if (ofWrites && areWritesOff) return WRITES_OFF
  return {
    code: CODE,
    text: `An administrator has switched off the tool ${name}.`,
    nextStep: 'Go on with the other tools, or tell the person that an administrator has switched this one off.',
  }
}

const WRITES_OFF: ExplainedError = {
  code: CODE,
  text: 'An administrator has switched off writing: nothing is created or changed through this server for now.',
  nextStep: 'Tell the person so. Reading goes on with the other tools; to reconnect changes nothing.',
}
