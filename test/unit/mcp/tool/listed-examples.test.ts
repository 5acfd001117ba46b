import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { listTool } from '../../../../shared/mcp/tool/tool-listing.ts'
import { createTools } from '../../../../shared/mcp/tools.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => await stage.close())

const Schema = z.looseObject({ properties: z.looseObject({ filter: z.object({ description: z.string() }) }) })
const listed = createTools({ defaultTop: 50, maxTop: 500 }).map((tool) => listTool(tool, 'dynamics.read'))
const DESCRIPTION = Schema.parse(listed[0]?.inputSchema).properties.filter.description

describe('the filters that a model is shown', () => {
  test.each([
    ["statecode eq 'Open' and estimatedvalue ge 50000 and contains(name,'ltd')", 'opportunity'],
    ['createdon eq last-30-days', 'opportunity'],
    ['ownerid eq me', 'opportunity'],
    ['ownerid eq me-or-my-teams', 'opportunity'],
    ["Microsoft.Dynamics.CRM.ContainValues(PropertyName='interests',PropertyValues=['Golf'])", 'contact'],
  ])('%s is taken as it stands', async (filter, entity) => {
    expect(DESCRIPTION).toContain(filter)
    const own = filter.replace("'interests'", "'hp_interests'").replace("'Golf'", "'Joinery'")
    const args = { entity, select: ['createdon'], filter: own, top: 1 }
    const { answer } = await called(stage.coldWorker(), 'query_crm', args)
    expect([answer.isError, /^\w+: \d+ rows?\b/.test(answer.content[0]?.text ?? '')]).toEqual([undefined, true])
  })

  const WORDS = /\(([^()]*today[^()]*)\)/.exec(DESCRIPTION)?.[1]?.split(', ') ?? []
  test('name words for dates', () => expect(WORDS.length).toBeGreaterThan(3))

  test.each(WORDS.map((word) => [word]))('%s is a word for dates', async (word) => {
    const args = { entity: 'opportunity', select: ['createdon'], filter: `createdon eq ${word}`, top: 1 }
    const { answer } = await called(stage.coldWorker(), 'query_crm', args)
    expect([answer.isError, /^\w+: \d+ rows?\b/.test(answer.content[0]?.text ?? '')]).toEqual([undefined, true])
  })
})
