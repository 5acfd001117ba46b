import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { type Front, startFront } from '../stage/front.ts'

/** Of the languages that Dynamics has, three. */
const LANGUAGES = [1033, 1031, 1036]
const WORDS =
  'project order line site visit asset contract meter tariff region branch audit claim policy quote ticket device route depot lease permit'.split(
    ' ',
  )
const OF_THE_CONNECTION = [
  'connection',
  'content-length',
  'content-encoding',
  'host',
  'keep-alive',
  'transfer-encoding',
]
const Definitions = z.looseObject({ value: z.array(z.looseObject({ LogicalName: z.string() })) })
type Definition = z.output<typeof Definitions>['value'][number]

/** A custom table, of the privileges and the columns of one that there is. */
function customTable(like: Definition, at: number, language: number): Definition {
  const word = (step: number) => WORDS[(at * step) % WORDS.length] ?? ''
  const name = `new_${word(1)}${word(8)}${at}`
  const label = (text: string) => ({
    UserLocalizedLabel: { Label: `${text} ${at} ${language}`, LanguageCode: language },
  })
  const own = {
    LogicalName: name,
    EntitySetName: `${name}s`,
    PrimaryIdAttribute: `${name}id`,
    PrimaryNameAttribute: 'new_name',
    ObjectTypeCode: 10_000 + at,
    IsCustomEntity: true,
    DisplayName: label(`${word(1)} ${word(8)}`),
    DisplayCollectionName: label(`${word(1)} ${word(8)} rows`),
    Description: label(`What is known of each ${word(1)}, as its people keep it.`),
  }
  const asked = Object.entries(own).filter(([property]) => property in like)
  return { ...like, ...Object.fromEntries(asked), LogicalName: name }
}

function padded(text: string, count: number, language: number): string {
  const definitions = Definitions.parse(JSON.parse(text))
  const like = definitions.value.find(({ LogicalName }) => LogicalName === 'account')
  if (!like) throw new Error('no table account to copy')
  for (let at = definitions.value.length; at < count; at++) definitions.value.push(customTable(like, at, language))
  return JSON.stringify(definitions)
}

/** All tables, as `EntityDefinitions` without a filter gives them. */
const isList = (line: string): boolean =>
  line.startsWith('{') && line.includes('"LogicalName":"account"') && line.includes('"LogicalName":"systemuser"')

const passedOn = (headers: Iterable<[string, string | readonly string[] | undefined]>): [string, string][] =>
  [...headers].flatMap(([name, value]) =>
    OF_THE_CONNECTION.includes(name) || value === undefined ? [] : [[name, value.toString()] as [string, string]],
  )

/** Stands in front of Dataverse and adds tables until there are `count`, in a language for each person. */
export async function startManyTables(target: string, count: number): Promise<Front> {
  const people: string[] = []
  const languageOf = (authorization = '') => {
    if (!people.includes(authorization)) people.push(authorization)
    return LANGUAGES[people.indexOf(authorization) % LANGUAGES.length] ?? 1033
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', url = '', headers } = request
    const body = await buffer(request)
    const sent = { method, headers: passedOn(Object.entries(headers)), ...(body.length > 0 && { body }) }
    const got = await fetch(new URL(url, target), sent)
    const language = languageOf(headers.authorization)
    const text = (await got.text()).replaceAll(/"uilanguageid":\d+/g, `"uilanguageid":${language}`)
    response.writeHead(got.status, Object.fromEntries(passedOn(got.headers)))
    // Of a `$batch`, whose parts have each their JSON in one line, or of a single read.
    response.end(
      text
        .split('\r\n')
        .map((line) => (isList(line) ? padded(line, count, language) : line))
        .join('\r\n'),
    )
  }
  return startFront(answer)
}
