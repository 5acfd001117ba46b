// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { CallToolResult } from '@modelcontextprotocol/client'
import type { Frame } from 'playwright-core'
import { ANSWER_META } from '../../../shared/mcp/app/answers/answer-meta.ts'
import { type AppView, CONTEXT, startAppView } from '../support/app-view.ts'
import { describeInChromium } from '../support/chromium.ts'

type Powers = NonNullable<Parameters<AppView['show']>[4]>

const MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
const ID = '3c1f0e6a-1111-4222-8333-444455556666'
const LINK = 'https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn={entity}&id={id}'

const figures = (meta: object): CallToolResult => ({
  content: [],
  structuredContent: {
    title: 'Deals',
    reading: 'Opportunities.',
    entity: 'opportunity',
    asOf: '2026-11-24T13:05:00+01:00',
    columns: [{ name: 'ownerid', kind: 'lookup' }, { name: 'count' }],
    rows: [
      ['Ada', 3],
      ['Ben', 2],
    ],
    picture: { kind: 'bars', label: 'ownerid', value: 'count' },
  },
  _meta: { ...meta },
})
const asked = (owner: string) => ({ entity: 'opportunity', filter: `ownerid eq ${owner}`, ids: true, count: true })
const BEHIND = { [ANSWER_META.behind]: { tool: 'query_crm', rows: [asked('ada'), asked('ben')] } }
const rows = (names: readonly string[], more: object = {}): CallToolResult => ({
  content: [],
  structuredContent: {
    entity: 'opportunity',
    returned: names.length,
    more: false,
    columns: [{ name: 'name' }, { name: 'opportunityid', kind: 'id' }],
    rows: names.map((name) => [name, ID]),
    recordLink: 'https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=opportunity&id={opportunityid}',
    ...more,
  },
})
const item = (more: object) => ({ when: '2026-11-20T09:30:00+01:00', kind: 'email', id: `email/${ID}`, ...more })
const entries = (more: object, meta: object = {}): CallToolResult => ({
  content: [],
  structuredContent: {
    title: 'What happened',
    of: { id: `account/${ID}`, title: 'Fabrikam' },
    asOf: '2026-11-24T13:05:00+01:00',
    items: [item({ title: 'Offer' })],
    more: false,
    recordLink: LINK,
    picture: { kind: 'timeline' },
    ...more,
  },
  _meta: { ...meta },
})

describeInChromium('the view of an answer, and a host that plays', (executablePath) => {
  let app: AppView
  beforeAll(async () => {
    app = await startAppView(executablePath)
  })
  afterAll(() => app.close())
  afterEach(() => expect(app.problems()).toEqual([]))

  const calls = async () => (await app.heard()).called
  const show = async (result: CallToolResult, powers: Powers = {}, context: Parameters<AppView['show']>[1] = CONTEXT) =>
    (await app.show(result, context, 'opens', 720, powers)).view
  const marks = (view: Frame) => view.locator('svg [role="button"]')
  const ready = (view: Frame) => view.locator('.behind:not([aria-busy])').waitFor()

  test.each<[string, CallToolResult, Powers]>([
    ['a host that calls no tools', figures(BEHIND), {}],
    ['an answer without rows to ask for', figures({}), { answers: [] }],
    [
      'rows that were too many to name',
      figures({ [ANSWER_META.behind]: { tool: 'query_crm', rows: [], left: true } }),
      { answers: [] },
    ],
    [
      'another tool than lists rows',
      figures({ [ANSWER_META.behind]: { tool: 'update_record', rows: [asked('ada')] } }),
      { answers: [] },
    ],
  ])('with %s nothing is a button', async (_what, result, powers) => {
    const view = await show(result, powers)
    expect(await view.locator('.mark').count()).toBe(2)
    expect(await marks(view).count()).toBe(0)
    expect(await view.locator('tbody button').count()).toBe(0)
  })

  test.each<[string, object, Powers, number]>([
    ['too many to name', { rows: [], left: true }, { answers: [] }, 1],
    ['too many, where the host could not ask for any', { rows: [], left: true }, {}, 0],
    ['all there', { rows: [asked('ada'), asked('ben')] }, { answers: [] }, 0],
  ])('of rows that are %s it is said why nothing opens, or nothing', async (_what, behind, powers, times) => {
    const view = await show(figures({ [ANSWER_META.behind]: { tool: 'query_crm', ...behind } }), powers)
    expect(await view.getByText('Ask in the conversation').count()).toBe(times)
  })

  test('rows come by the columns that were named, under their names', async () => {
    const columns = { name: 'Topic', ownerid: 'Besitzer' }
    const behind = { tool: 'query_crm', rows: [asked('ada'), asked('ben')], columns, where: { count: "name ne 'x'" } }
    const view = await show(figures({ [ANSWER_META.behind]: behind }), { answers: [rows(['One'])] })
    await marks(view).first().click()
    await ready(view)
    expect(await view.locator('thead th').allInnerTexts()).toEqual(['Topic'])
    const filter = "(ownerid eq ada) and (name ne 'x')"
    expect((await calls())[0]?.arguments).toEqual({ ...asked('ada'), filter, select: ['name', 'ownerid'] })
  })

  test.each<[string, Powers['answers'], string]>([
    ['the host refuses', ['refuses'], 'This could not be shown.'],
    [
      'the tool does',
      [{ isError: true, content: [{ type: 'text', text: 'Error busy: Wait.\nNext step: call it.' }] }],
      'Error busy: Wait.',
    ],
    ['the answer is none', [{ content: [] }], 'This could not be shown.'],
  ])('where %s, it is said, and the way back is open', async (_what, answers, said) => {
    const view = await show(figures(BEHIND), { answers: [...(answers ?? []), rows(['One'])] })
    await marks(view).first().click()
    await ready(view)
    const text = await view.locator('main').innerText()
    expect(text).toContain(said)
    expect(text).not.toContain('Next step')
    await view.getByRole('button', { name: 'Back' }).click()
    await marks(view).first().click()
    await ready(view)
    expect(await view.locator('tbody th').allInnerTexts()).toEqual(['One'])
    expect(await calls()).toEqual([
      { name: 'query_crm', arguments: asked('ada') },
      { name: 'query_crm', arguments: asked('ada') },
    ])
  })

  test('while rows are read that is said, and whoever went back is not called away by them', async () => {
    const view = await show(figures(BEHIND), { answers: ['waits', rows(['Two'])] })
    await marks(view).first().click()
    expect(await view.locator('.behind').getAttribute('aria-busy')).toBe('true')
    expect(await view.getByText('Loading…').count()).toBe(1)
    await view.getByRole('button', { name: 'Back' }).click()
    await marks(view).nth(1).click()
    await ready(view)
    expect(await view.locator('tbody th').allInnerTexts()).toEqual(['Two'])
    await app.page.evaluate(
      (result) => (globalThis as unknown as { host: { again: (of: unknown) => unknown } }).host.again(result),
      figures({}),
    )
    await view.locator('.behind').waitFor({ state: 'detached' })
    expect(await view.locator('.mark').count()).toBe(2)
  })

  test('further rows that cannot be read leave those that are there', async () => {
    const view = await show(figures(BEHIND), {
      answers: [rows(['One'], { more: true, cursor: 'c1' }), 'refuses', rows(['Two'])],
    })
    await marks(view).first().click()
    await ready(view)
    const more = view.getByRole('button', { name: 'More' })
    await more.click()
    await view.getByText('This could not be shown.').waitFor()
    expect(await view.locator('tbody tr').count()).toBe(1)
    await more.click()
    await view.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2)
    expect((await calls()).map((call) => call.arguments)).toEqual([asked('ada'), { cursor: 'c1' }, { cursor: 'c1' }])
    expect(await more.count()).toBe(0)
  })

  describe('whatever a result holds', () => {
    test('its texts stay texts', async () => {
      const texts = {
        title: MARKUP,
        text: `${MARKUP}\n  two`,
        who: [MARKUP],
        by: MARKUP,
        regarding: { id: 'x', title: MARKUP },
      }
      const changes = [{ label: MARKUP, from: MARKUP, to: MARKUP }]
      const result = entries({
        of: { title: MARKUP },
        title: MARKUP,
        items: [item({ ...texts, changes, kind: MARKUP, file: { name: MARKUP } })],
      })
      const view = await show(result)
      expect(await view.locator('img, script:not([type="module"])').count()).toBe(0)
      expect(await view.locator('.text').textContent()).toBe(`${MARKUP}\n  two`)
      expect(await view.locator('.changes li').textContent()).toBe(`${MARKUP}: ${MARKUP} → ${MARKUP}`)
      expect(await view.title()).toBe('Report')
    })

    test.each([
      'javascript:alert(1)//{entity}{id}',
      'http://contoso.example/{entity}/{id}',
      'data:text/html,{entity}',
      7,
    ])('no link like %j leads anywhere', async (recordLink) => {
      const view = await show(
        entries(
          typeof recordLink === 'string' ? { recordLink } : { recordLink: LINK, of: {}, items: [item({ id: '../x' })] },
        ),
      )
      expect(await view.getByRole('link').count()).toBe(0)
      expect((await app.heard()).opened).toEqual([])
    })

    test.each(['commit_change', 'update_record', 'fetch', 'constructor'])(
      'it makes the view call no %s',
      async (tool) => {
        const going = { [ANSWER_META.asked]: { tool, arguments: { of: 'x' } } }
        const view = await show(entries({ more: true, cursor: 'c' }, going), { answers: ['refuses'] })
        expect(await view.getByRole('button', { name: 'More' }).count()).toBe(0)
        expect(await calls()).toEqual([])
      },
    )

    test('an entry that cannot be read takes no other with it', async () => {
      const view = await show(
        entries({ items: [7, null, { kind: 3 }, item({ title: 'Kept' }), item({ state: 'odd', when: 'never' })] }),
      )
      expect(await view.locator('.entry').count()).toBe(2)
      expect(await view.locator('.entry b').allTextContents()).toEqual(['Kept'])
    })
  })

  describe('a timeline', () => {
    const items = [
      item({
        title: 'Late',
        when: '2026-11-20T00:30:00+13:00',
        direction: 'incoming',
        who: ['Ada', '→ Ben'],
        text: 'Hello',
      }),
      item({
        kind: 'change',
        id: undefined,
        when: '2026-11-19T23:59:00+13:00',
        changes: [{ label: 'Stage', from: 'A', to: undefined }],
      }),
      item({ kind: 'hp_visit', when: '2026-11-19T08:00:00+13:00', text: 'x'.repeat(600) }),
    ]
    const planned = [item({ kind: 'task', title: 'Call', when: '2026-12-01T10:00:00+13:00', state: 'overdue' })]

    test('stands by the days of its person, in the reader’s language', async () => {
      const result = entries({ planned, items, history: 'History is off.', notes: ['A note.'] })
      const view = await show(result, {}, { ...CONTEXT, locale: 'de-DE' })
      expect(await view.locator('h2').allInnerTexts()).toEqual([
        'Geplant',
        'Freitag, 20. November 2026',
        'Donnerstag, 19. November 2026',
      ])
      expect(await view.locator('section').nth(2).locator('.entry').count()).toBe(2)
      expect((await view.locator('time').allInnerTexts()).slice(1)).toEqual([
        '01.12.2026, 10:00',
        '00:30',
        '23:59',
        '08:00',
      ])
      expect(await view.locator('.changes li').innerText()).toBe('Stage: A → (leer)')
      expect(await view.locator('.note').allInnerTexts()).toEqual(['History is off.', 'A note.'])
      expect(await view.locator('details .text').isVisible()).toBe(false)
      await app.page.evaluate('globalThis.host.change({ locale: "fr" })')
      await view.getByRole('heading', { name: 'vendredi 20 novembre 2026' }).waitFor()
      expect(await view.evaluate(() => document.documentElement.lang)).toBe('fr')
    })

    test('goes on behind its last entry, also after a page that did not come', async () => {
      const going = { [ANSWER_META.asked]: { tool: 'timeline', arguments: { of: 'Fabrikam', top: 3 } } }
      const next = entries({ items: [item({ title: 'Older', when: '2026-11-19T07:00:00+13:00' })], picture: undefined })
      const view = await show(entries({ planned, items, more: true, cursor: 'c' }, going), {
        answers: ['refuses', next],
      })
      const more = view.getByRole('button', { name: 'More' })
      await more.click()
      await view.getByText('This could not be shown.').waitFor()
      await more.click()
      await view.getByText('Older').waitFor()
      expect(await view.locator('h2').count()).toBe(3)
      expect(await view.evaluate(() => document.activeElement?.textContent)).toContain('Older')
      expect((await calls()).map((call) => call.arguments)).toEqual(
        Array.from({ length: 2 }, () => ({ of: 'Fabrikam', top: 3, cursor: 'c' })),
      )
      expect(await more.count()).toBe(0)
    })
  })
})
