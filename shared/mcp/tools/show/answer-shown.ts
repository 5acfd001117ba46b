import * as z from 'zod'
import { QueryError } from '../../../dataverse/errors.ts'
import { parseJson } from '../../../dataverse/web-api/parse-json.ts'
import { plainLine } from '../../tool/plain-text.ts'
import type { Tool, ToolContext, ToolOutcome } from '../../tool/tool.ts'
import { figureTitles } from './figure-titles.ts'
import { pictureOf, pictureWithout } from './picture-of.ts'
import { showCall } from './show-call.ts'
import type { Picture, PictureKind } from './pictures.ts'
import { askedMeta, behindMeta, listedColumns, titlesMeta } from './view-meta.ts'

export type ShowArguments = {
  readonly tool: string
  /** JSON */
  readonly arguments: string
  readonly picture?: PictureKind | undefined
  readonly title?: string | undefined
}

const LONGEST_TITLE = 200
/** Of a title and a picture with the names of three columns, as JSON. */
const OWN_BYTES = 1_500

const Columns = z.array(z.looseObject({ name: z.string(), kind: z.string().optional() })).catch([])

/**
 * The very answer of another tool, with its title and its picture.
 * @throws QueryError those of that tool, and for a picture that the answer cannot be drawn as; SwitchedOff
 */
export async function answerShown(
  { tool: name, arguments: written, picture: wanted, title }: ShowArguments,
  tools: readonly Tool[],
  context: ToolContext,
): Promise<ToolOutcome> {
  const tool = tools.find((one) => one.name === name)
  if (!tool) throw new RangeError(`there is no tool ${name}`)
  context.checkOn(tool)
  context.about({ ran: name })
  const args = argumentsIn(written, name)
  const limits = { ...context.limits, resultBytes: context.limits.resultBytes - OWN_BYTES }
  const outcome = await tool.call(args, { ...context, limits })
  if ('ask' in outcome) throw new RangeError(`${name} reads and has nothing to ask`)
  const picture = pictureFor(tool, outcome, wanted)
  const titles = await titlesOf(outcome, context)
  const { answered } = outcome
  const listed = answered ? await listedColumns(answered.analysis.entity, context.metadata) : new Map<string, string>()
  const told = { title: plainLine(title ?? (await usualTitle(outcome, context)), LONGEST_TITLE), picture }
  return {
    ...outcome,
    structured: { ...told, ...outcome.structured, ...told },
    meta: {
      ...outcome.meta,
      ...titlesMeta(titles),
      ...(answered && behindMeta(answered, outcome.rows ?? 0, listed)),
      ...(picture.kind === 'timeline' && askedMeta(name, args)),
    },
  }
}

const Arguments = z.record(z.string(), z.unknown())

/** By tool, what its arguments look like. */
const FORM: Readonly<Record<string, object>> = {
  analyze: { entity: 'account', measures: ['count'] },
  query_crm: { entity: 'account', select: ['name'] },
  timeline: { of: 'systemuser/me' },
}

function argumentsIn(written: string, tool: string): z.output<typeof Arguments> {
  const args = Arguments.safeParse(parseJson(written))
  if (args.success) return args.data
  throw new QueryError(
    'invalid_arguments',
    `The arguments for ${tool} are no object.`,
    `Write them as JSON, every name and text in double quotes, in the form of ${showCall(tool, FORM[tool] ?? {})}.`,
  )
}

function pictureFor({ name }: Tool, { answered, structured }: ToolOutcome, wanted: PictureKind | undefined): Picture {
  if (answered) return pictureOf(answered, Columns.parse(structured['columns']), wanted)
  return pictureWithout(name, name === 'timeline' ? 'timeline' : 'table', wanted)
}

/** By column of the answer; a figure has the name that it was given. */
async function titlesOf(
  { answered, structured }: ToolOutcome,
  { metadata }: ToolContext,
): Promise<Map<string, string>> {
  if (answered) {
    const { analysis, resolved } = answered
    const groups = analysis.groups.flatMap(({ name }, at) => titled(name, resolved.groups[at]?.column?.label))
    return new Map([...groups, ...figureTitles(analysis, resolved)])
  }
  const entity = entityOf(structured)
  if (entity === undefined) return new Map()
  const { byName } = await metadata.table(await metadata.entity(entity))
  return new Map(Columns.parse(structured['columns']).flatMap(({ name }) => titled(name, byName.get(name)?.label)))
}

function titled(name: string, label: string | undefined): (readonly [string, string])[] {
  return label === undefined ? [] : [[name, label]]
}

function entityOf({ entity }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof entity === 'string' ? entity : undefined
}

const Of = z.object({ of: z.object({ title: z.string() }) })

/** What it is about: the table, or the record. */
async function usualTitle({ structured }: ToolOutcome, { metadata }: ToolContext): Promise<string> {
  const entity = entityOf(structured)
  if (entity === undefined) return Of.safeParse(structured).data?.of.title ?? ''
  const { label, pluralLabel, name } = await metadata.entity(entity)
  return pluralLabel ?? label ?? name
}
